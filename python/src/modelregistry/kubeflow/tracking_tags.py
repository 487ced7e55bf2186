"""Tags of experiments and runs among the properties of their records.

MLflow keeps descriptions and names of runs in tags of its own; the records have fields for them. Properties that begin with `mlflow__`
are this package's, and no tags.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mlflow.utils.mlflow_tags import MLFLOW_RUN_NAME, MLFLOW_RUN_NOTE

from modelregistry.kubeflow.properties import property_texts, with_changes
from modelregistry.kubeflow.records import Record

OWN_PREFIX = "mlflow__"
RUN_NAME = "mlflow__run_name"
"""The name of a run where its record has another, as names of records are given once in an experiment and do not change."""


def tags_of(record: Record) -> dict[str, str]:
    """The tags that MLflow sees; not the name of a run."""
    texts = property_texts(record.get("customProperties"))
    tags = {key: text for key, text in texts.items() if not key.startswith(OWN_PREFIX) and key != MLFLOW_RUN_NAME}
    description = record.get("description")
    return {**tags, MLFLOW_RUN_NOTE: description} if description else tags


def changes_of_tags(record: Record | None, texts: dict[str, str], without: Iterable[str] = ()) -> dict[str, Any]:
    """The fields of a record, or of a new one, with some tags set and some removed."""
    without = set(without)
    changes: dict[str, Any] = {}
    if MLFLOW_RUN_NOTE in texts or MLFLOW_RUN_NOTE in without:
        changes["description"] = texts.get(MLFLOW_RUN_NOTE, "")
    own = {RUN_NAME if key == MLFLOW_RUN_NAME else key: text for key, text in texts.items() if key != MLFLOW_RUN_NOTE}
    properties = record.get("customProperties") if record else None
    # Where the description was kept as a property, as others may do, the field takes its place.
    changed = with_changes(properties, own, without | {MLFLOW_RUN_NOTE} if changes else without)
    return changes if changed == (properties or {}) else {**changes, "customProperties": changed}
