"""Registered models of a server that speaks MLflow's API: whatever MLflow's REST store does, it does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from google.protobuf.message import Message
from mlflow.entities.model_registry import ModelVersion, ModelVersionTag
from mlflow.store.model_registry.rest_store import RestStore

from modelregistry.native.authorship import with_author
from modelregistry.native.foreign_models import bring_along, is_foreign, is_out_of_reach, run_of_logged_model
from modelregistry.settings import Settings
from modelregistry.transport import explaining, host_creds


class NativeRegistryStore(RestStore):
    """MLflow's REST store with address, token, CA and author of the settings."""

    def __init__(self, settings: Settings, tracking_uri: str | None = None) -> None:
        """`tracking_uri` is where models are logged; None is on the same server."""
        super().__init__(partial(host_creds, settings))
        self.settings = settings
        self._foreign_tracking_uri = tracking_uri if is_foreign(tracking_uri, settings) else None

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Sequence[ModelVersionTag] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        local_model_path: str | None = None,
        model_id: str | None = None,
    ) -> ModelVersion:
        if tracking_uri := self._foreign_tracking_uri:
            if model_id:
                # The server has no such logged model, but its run is worth knowing wherever it is.
                run_id = run_id or run_of_logged_model(model_id, tracking_uri)
                model_id = None
            if is_out_of_reach(source):
                model_id = bring_along(source, self.settings, tracking_uri, local_model_path)
                source = f"models:/{model_id}"
        version: ModelVersion = super().create_model_version(
            name, source, run_id, tags, run_link, description, local_model_path=local_model_path, model_id=model_id
        )
        return version

    def get_model_version_download_uri(self, name: str, version: str) -> str:
        location = str(super().get_model_version_download_uri(name, version))
        parts = urlsplit(location)
        if self._foreign_tracking_uri and parts.scheme == "mlflow-artifacts" and not parts.netloc:
            # Without a host it would be sought on the tracking server.
            return f"mlflow-artifacts://{self.settings.netloc}{parts.path}"
        return location

    def _call_endpoint(self, api: type[Message], json_body: str | None = None, *args: Any, **options: Any) -> Any:
        with explaining(self.settings):
            return super()._call_endpoint(api, with_author(api, json_body, self.settings.author), *args, **options)
