"""Logged models of MLflow as model artifacts of Kubeflow: the names of their properties."""

from __future__ import annotations

import json
from typing import Any

from mlflow.entities import LoggedModel, LoggedModelParameter, LoggedModelStatus, LoggedModelTag, Metric

from modelregistry.kubeflow.properties import property_texts
from modelregistry.kubeflow.records import Artifact, milliseconds

IO_TYPE, INPUT, OUTPUT = "mlflow__model_io_type", "input", "output"
STEP = "mlflow__step"
MODEL_UUID = "mlflow__model_uuid"
NAME = "mlflow__name"
EXPERIMENT = "mlflow__experiment_id"
SOURCE_RUN = "mlflow__source_run_id"
MODEL_TYPE = "mlflow__model_type"
STATUS_MESSAGE = "mlflow__status_message"
LOCATION = "mlflow__artifact_location"
PARAM_PREFIX = "param_"
STATE = "state"
DELETED = "MARKED_FOR_DELETION"

METRIC_PREFIX = "mlflow__metric_"
"""Property for a metric of the model: JSON of its latest points, one for each dataset."""

STATES = {
    LoggedModelStatus.UNSPECIFIED: "UNKNOWN",
    LoggedModelStatus.PENDING: "PENDING",
    LoggedModelStatus.READY: "LIVE",
    LoggedModelStatus.FAILED: "ABANDONED",
}
_STATUSES = {state: status for status, state in STATES.items()} | {"REFERENCE": LoggedModelStatus.READY}


def model_id_of(artifact: Artifact) -> str:
    """MLflow's id of the model that an artifact is, or refers to. For those that Kubeflow's clients made it is `m-` and the number."""
    known = property_texts(artifact.get("customProperties")).get(MODEL_UUID) or artifact.get("externalId", "")
    return known if known.startswith("m-") else f"m-{artifact['id']}"


def is_link(artifact: Artifact) -> bool:
    """Whether a model artifact only says that a run has used a model that is another artifact."""
    return artifact.get("state") == "REFERENCE" and MODEL_UUID in (artifact.get("customProperties") or {})


def is_deleted(artifact: Artifact) -> bool:
    """Whether MLflow sees the model no more."""
    texts = property_texts(artifact.get("customProperties"))
    return artifact.get("state") in (DELETED, "DELETED") or texts.get(STATE) == DELETED


def logged_model_entity(artifact: Artifact) -> LoggedModel:
    """MLflow's entity of a model artifact."""
    texts = property_texts(artifact.get("customProperties"))
    return LoggedModel(
        experiment_id=texts.get(EXPERIMENT) or artifact.get("experimentId", ""),
        model_id=model_id_of(artifact),
        name=texts.get(NAME) or artifact.get("name", ""),
        artifact_location=texts.get(LOCATION) or artifact.get("uri", ""),
        creation_timestamp=milliseconds(artifact.get("createTimeSinceEpoch")) or 0,
        last_updated_timestamp=milliseconds(artifact.get("lastUpdateTimeSinceEpoch")) or 0,
        model_type=texts.get(MODEL_TYPE),
        source_run_id=texts.get(SOURCE_RUN) or artifact.get("experimentRunId"),
        status=_STATUSES.get(artifact.get("state", ""), LoggedModelStatus.UNSPECIFIED),
        status_message=texts.get(STATUS_MESSAGE),
        tags=[LoggedModelTag(key, text) for key, text in texts.items() if _is_tag(key)],
        params=[
            LoggedModelParameter(key.removeprefix(PARAM_PREFIX), text)
            for key, text in texts.items()
            if key.startswith(PARAM_PREFIX)
        ],
        metrics=_metrics(texts),
    )


def with_metric(kept: str | None, metric: Metric, run_id: str) -> str:
    """The property of a metric of a model with one more point, which takes the place of an earlier one about the same dataset."""
    point = {
        "value": metric.value,
        "timestamp": metric.timestamp,
        "step": metric.step,
        "dataset_name": metric.dataset_name,
        "dataset_digest": metric.dataset_digest,
        "run_id": run_id,
    }
    points = json.loads(kept) if kept else []
    return json.dumps([*(other for other in points if not _is_replaced(other, point)), point])


def _is_replaced(other: dict[str, Any], point: dict[str, Any]) -> bool:
    return all(other[field] == point[field] for field in ("dataset_name", "dataset_digest"))


def _metrics(texts: dict[str, str]) -> list[Metric]:
    points = {key: json.loads(text) for key, text in texts.items() if key.startswith(METRIC_PREFIX)}
    return [
        Metric(key=key.removeprefix(METRIC_PREFIX), model_id=texts.get(MODEL_UUID), **point)
        for key, of_key in points.items()
        for point in of_key
    ]


def _is_tag(key: str) -> bool:
    return not key.startswith(("mlflow__", PARAM_PREFIX)) and key != STATE
