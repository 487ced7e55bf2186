"""Entry point of `mlflow-artifacts:` locations, which leave it to the tracking address which server they are on.

MLflow's own repository takes http and https addresses only, and takes no credentials from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow.store.artifact.artifact_repo import ArtifactRepository


def open_artifact_repository(
    artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> ArtifactRepository:
    """The artifacts at an `mlflow-artifacts:` location, on the server of the tracking address, or else of the registry's.

    Where neither is a `modelregistry` address, and where the location names a server itself, MLflow's own repository is given, as if
    this package were not installed: no token of ours goes to another server. Raises `SettingsError` if a setting is wrong.
    """
    from urllib.parse import urlsplit

    from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

    from modelregistry.native.artifacts import NativeArtifactRepository
    from modelregistry.settings import read_settings

    address = _address_for(tracking_uri, registry_uri)
    if address is None:
        return MlflowArtifactsRepository(artifact_uri, tracking_uri)
    settings = read_settings(address)
    if urlsplit(artifact_uri).netloc:
        return MlflowArtifactsRepository(artifact_uri, settings.url)
    return NativeArtifactRepository(artifact_uri, settings, tracking_uri)


def _address_for(tracking_uri: str | None, registry_uri: str | None) -> str | None:
    """The `modelregistry` address that decides, if one does: the registry's only where the tracking address is of no server."""
    from urllib.parse import urlsplit

    from mlflow.tracking import get_registry_uri, get_tracking_uri

    from modelregistry.settings import is_registry_address

    tracking = tracking_uri or get_tracking_uri()
    if is_registry_address(tracking):
        return tracking
    if urlsplit(tracking).scheme in ("http", "https"):
        return None
    registry = registry_uri or get_registry_uri()
    return registry if is_registry_address(registry) else None
