"""Models that were logged elsewhere than on the registry's server, which can't reach their files: these come along."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from mlflow.artifacts import download_artifacts
from mlflow.entities import LoggedModelStatus
from mlflow.tracking import MlflowClient

from modelregistry.native.artifacts import NativeArtifactRepository
from modelregistry.native.tracking import NativeTrackingStore
from modelregistry.settings import Settings, is_registry_address, read_settings

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_foreign(tracking_uri: str | None, settings: Settings) -> bool:
    """Whether a tracking address is of another place than the registry's server; None is of the same."""
    if tracking_uri is None:
        return False
    if is_registry_address(tracking_uri):
        return read_settings(tracking_uri).url != settings.url
    parts = urlsplit(tracking_uri)
    port = parts.port if parts.scheme in _DEFAULT_PORTS else None
    place = (parts.scheme, parts.hostname, port or _DEFAULT_PORTS.get(parts.scheme), parts.path.rstrip("/"))
    return place != (urlsplit(settings.url).scheme, settings.host, settings.port, settings.prefix)


def is_out_of_reach(source: str) -> bool:
    """Whether the files at a version's source can only be reached from where they were logged, unlike those of `s3://` and the like."""
    parts = urlsplit(source)
    if parts.scheme == "models":  # a logged model; with a slash or an alias it is a version in this registry
        return "/" not in parts.path.strip("/") and "@" not in parts.path
    if parts.scheme in ("runs", "file"):
        return True
    return (parts.scheme == "mlflow-artifacts" and not parts.netloc) or (not parts.scheme and Path(source).exists())


def bring_along(source: str, settings: Settings, tracking_uri: str, local_model_path: str | None = None) -> str:
    """Makes a logged model on the registry's server with the files at `source`, and returns its id.

    The files are taken from `local_model_path` if they are there already. It is in the experiment `Default`: the one that it was logged
    in is elsewhere.
    """
    store = NativeTrackingStore(settings)
    model = store.create_logged_model(experiment_id="0")
    repository = NativeArtifactRepository(model.artifact_location, settings)
    status = LoggedModelStatus.FAILED
    try:
        with tempfile.TemporaryDirectory() as folder:
            files = local_model_path or download_artifacts(source, dst_path=folder, tracking_uri=tracking_uri)
            (repository.log_artifact if Path(files).is_file() else repository.log_artifacts)(files)
        status = LoggedModelStatus.READY
    finally:
        store.finalize_logged_model(model.model_id, status)
    return str(model.model_id)


def run_of_logged_model(model_id: str, tracking_uri: str) -> str | None:
    """The run that a model was logged by, at `tracking_uri`."""
    run_id: str | None = MlflowClient(tracking_uri).get_logged_model(model_id).source_run_id
    return run_id
