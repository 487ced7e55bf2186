"""MLflow's model registry over Kubeflow's API alone."""

from __future__ import annotations

from mlflow.store.model_registry.abstract_store import AbstractStore

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.model_versions import ModelVersionOperations
from modelregistry.kubeflow.registered_models import RegisteredModelOperations
from modelregistry.kubeflow.unsupported import refuses_the_rest
from modelregistry.settings import Settings


@refuses_the_rest
class KubeflowRegistryStore(ModelVersionOperations, RegisteredModelOperations, AbstractStore):
    """Registered models, versions, tags, stages and aliases; what is deleted is archived.

    What the server can't filter or sort is read whole and searched here. Changes of properties read, change and write back all of them:
    of two clients that change one record at the same moment, the later wins.
    """

    def __init__(self, settings: Settings) -> None:
        """Nothing is sent before the first operation."""
        super().__init__(settings.url)
        self._api = KubeflowApi(settings)
        self._author = settings.author
