"""MLflow's tracking over Kubeflow's API alone."""

from __future__ import annotations

import threading

from mlflow.entities import Metric
from mlflow.store.tracking import DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
from mlflow.store.tracking.abstract_store import AbstractStore
from mlflow.utils.uri import resolve_uri_if_local

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.run_data import RunDataOperations
from modelregistry.kubeflow.run_inputs import RunInputOperations
from modelregistry.kubeflow.unsupported import not_supported, refuses_the_rest
from modelregistry.settings import Settings


@refuses_the_rest
class KubeflowTrackingStore(RunDataOperations, RunInputOperations, AbstractStore):
    """Experiments, runs with their metrics, params, tags, inputs and outputs, and logged models; what is deleted is archived.

    Ids of experiments and runs are the server's numbers. What the server can't filter or sort is read whole and searched here. The server
    keeps no files: MLflow writes them to where the experiment's location says, by itself.
    """

    def __init__(self, settings: Settings, artifact_uri: str | None = None) -> None:
        """`artifact_uri` is the place below which experiments without a location of their own keep their artifacts; by default MLflow's
        own local folder. Nothing is sent before the first operation.
        """
        super().__init__()
        self._api = KubeflowApi(settings)
        self._author = settings.author
        self._artifact_root = resolve_uri_if_local(artifact_uri or DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH).rstrip("/")
        self._writing_tags = threading.Lock()
        self._greatest: dict[tuple[str, str], Metric] = {}

    def link_traces_to_run(self, trace_ids: list[str], run_id: str) -> None:
        """Raises NOT_IMPLEMENTED: there are no traces."""
        raise not_supported("link_traces_to_run")
