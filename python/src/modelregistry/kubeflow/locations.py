"""Where the artifacts of experiments and runs are: the external id of their records, where that is a location."""

from __future__ import annotations

import re

from mlflow.utils.uri import append_to_uri_path

from modelregistry.kubeflow.properties import property_texts
from modelregistry.kubeflow.records import Experiment, ExperimentRun

ARTIFACT_LOCATION = "mlflow__artifact_location"
"""Property for the location of an experiment where another record has it as its external id, as external ids are given once."""

_LOCATION = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*:/|/|[A-Za-z]:\\)")


def experiment_location(experiment: Experiment, root: str) -> str:
    """Where an experiment keeps its artifacts: below `root`, unless its record says otherwise."""
    kept = property_texts(experiment.get("customProperties")).get(ARTIFACT_LOCATION) or experiment.get("externalId", "")
    return kept if _LOCATION.match(kept) else append_to_uri_path(root, "experiments", experiment["id"])


def run_location(run: ExperimentRun, experiment_location: str) -> str:
    """Where a run keeps its artifacts: below the place of its experiment, unless its record says otherwise."""
    kept = run.get("externalId", "")
    return kept if _LOCATION.match(kept) else append_to_uri_path(experiment_location, run["id"])
