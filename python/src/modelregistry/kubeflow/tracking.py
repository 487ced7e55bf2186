"""Tracking over Kubeflow's API alone."""

from __future__ import annotations

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import NOT_IMPLEMENTED

from modelregistry.settings import Settings


class KubeflowTrackingStore:
    """Experiments and runs on a server that has only Kubeflow's API."""

    def __init__(self, settings: Settings, artifact_uri: str | None = None) -> None:
        """`artifact_uri` is the place below which experiments without a location of their own keep their artifacts."""
        raise MlflowException(f"{settings.url} has only Kubeflow's API, which is not supported yet", NOT_IMPLEMENTED)
