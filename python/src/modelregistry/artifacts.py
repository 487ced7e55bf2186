"""Entry point of `mlflow-artifacts:` locations, which leave it to the tracking address which server they are on.

MLflow's own repository takes http and https addresses only, and takes no credentials from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.store.artifact.artifact_repo import ArtifactRepository

    from modelregistry.settings import Settings


def open_artifact_repository(
    artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> ArtifactRepository:
    """The artifacts at an `mlflow-artifacts:` location, on the server of the tracking address, or else of the registry's.

    Where neither is a `modelregistry` address, and where the location names another server, MLflow's own repository is given, as if
    this package were not installed: no token of ours goes to another server. Raises `SettingsError` if a setting is wrong.
    """
    from urllib.parse import urlsplit

    from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository
    from mlflow.tracking import get_registry_uri, get_tracking_uri

    from modelregistry.mlflow_errors import settings_for_mlflow
    from modelregistry.native.artifacts import NativeArtifactRepository

    tracking = tracking_uri or get_tracking_uri()
    with settings_for_mlflow():
        settings = _settings_for(urlsplit(artifact_uri).netloc, tracking, registry_uri or get_registry_uri())
    if settings is not None:
        return NativeArtifactRepository(artifact_uri, settings, tracking_uri)
    return MlflowArtifactsRepository(artifact_uri, _as_http(tracking))


def _settings_for(netloc: str, tracking_uri: str, registry_uri: str) -> Settings | None:
    """Those of the server that a location is on, if it is one of ours: the one named, else tracking's, else the registry's."""
    from urllib.parse import urlsplit

    from modelregistry.settings import is_registry_address, read_settings

    ours = [read_settings(uri) for uri in (tracking_uri, registry_uri) if is_registry_address(uri)]
    if netloc:
        return next((settings for settings in ours if settings.netloc == netloc), None)
    return None if urlsplit(tracking_uri).scheme in ("http", "https") else next(iter(ours), None)


def _as_http(tracking_uri: str) -> str:
    """An address as MLflow's own repository takes it."""
    from modelregistry.settings import is_registry_address, read_settings

    return read_settings(tracking_uri).url if is_registry_address(tracking_uri) else tracking_uri
