"""Entry point of MLflow's tracking stores: chooses by what the server speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.store.tracking.abstract_store import AbstractStore


def open_tracking_store(store_uri: str, artifact_uri: str | None = None) -> AbstractStore:
    """The tracking store of a `modelregistry` address.

    `artifact_uri` is the place below which the artifacts of experiments go that are created without a location of their own; by default
    the server decides. Raises `MlflowException` if a setting is wrong or the server can't be reached.
    """
    from modelregistry.detection import Server, detect_server
    from modelregistry.mlflow_errors import settings_for_mlflow
    from modelregistry.settings import read_settings

    with settings_for_mlflow():
        settings = read_settings(store_uri)
    if detect_server(settings) is Server.KUBEFLOW:
        from modelregistry.kubeflow.tracking import KubeflowTrackingStore

        return KubeflowTrackingStore(settings, artifact_uri)
    from modelregistry.native.tracking import NativeTrackingStore

    return NativeTrackingStore(settings, artifact_uri)
