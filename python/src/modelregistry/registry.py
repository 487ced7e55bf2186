"""Entry point of MLflow's model registry stores: chooses by what the server speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.store.model_registry.abstract_store import AbstractStore


def open_registry_store(store_uri: str, tracking_uri: str | None = None) -> AbstractStore:
    """The model registry store of a `modelregistry` address; `tracking_uri` is where models are logged, if that is elsewhere.

    Raises `MlflowException` if a setting is wrong or the server can't be reached.
    """
    from modelregistry.detection import Server, detect_server
    from modelregistry.mlflow_errors import settings_for_mlflow
    from modelregistry.settings import read_settings

    with settings_for_mlflow():
        settings = read_settings(store_uri)
    if detect_server(settings) is Server.KUBEFLOW:
        from modelregistry.kubeflow.registry import KubeflowRegistryStore

        return KubeflowRegistryStore(settings)
    from modelregistry.native.registry import NativeRegistryStore

    with settings_for_mlflow():
        return NativeRegistryStore(settings, tracking_uri)
