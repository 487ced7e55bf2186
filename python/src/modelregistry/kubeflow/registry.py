"""Registered models over Kubeflow's API alone."""

from __future__ import annotations

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import NOT_IMPLEMENTED

from modelregistry.settings import Settings


class KubeflowRegistryStore:
    """Registered models and their versions on a server that has only Kubeflow's API."""

    def __init__(self, settings: Settings) -> None:
        raise MlflowException(f"{settings.url} has only Kubeflow's API, which is not supported yet", NOT_IMPLEMENTED)
