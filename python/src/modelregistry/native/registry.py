"""Registered models of a server that speaks MLflow's API: whatever MLflow's REST store does, it does."""

from __future__ import annotations

from functools import partial
from typing import Any

from google.protobuf.message import Message
from mlflow.store.model_registry.rest_store import RestStore

from modelregistry.native.authorship import with_author
from modelregistry.settings import Settings
from modelregistry.transport import explaining, host_creds


class NativeRegistryStore(RestStore):
    """MLflow's REST store with address, token, CA and author of the settings."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(partial(host_creds, settings))
        self.settings = settings

    def _call_endpoint(self, api: type[Message], json_body: str | None = None, *args: Any, **options: Any) -> Any:
        with explaining(self.settings):
            return super()._call_endpoint(api, with_author(api, json_body, self.settings.author), *args, **options)
