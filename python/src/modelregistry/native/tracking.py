"""Tracking against a server that speaks MLflow's API: whatever MLflow's REST store does, it does."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from google.protobuf.message import Message
from mlflow.entities import ExperimentTag
from mlflow.store.tracking.rest_store import RestStore

from modelregistry.native.authorship import with_author
from modelregistry.settings import Settings
from modelregistry.transport import explaining, host_creds


class NativeTrackingStore(RestStore):
    """MLflow's REST store with address, token, CA and author of the settings."""

    def __init__(self, settings: Settings, artifact_uri: str | None = None) -> None:
        """`artifact_uri` is the place below which experiments without a location of their own keep their artifacts, such as
        `s3://bucket/artifacts`; None leaves it to the server."""
        super().__init__(partial(host_creds, settings))
        self.settings = settings
        self.artifact_root_uri = artifact_uri.rstrip("/") if artifact_uri else None

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Sequence[ExperimentTag] | None = None
    ) -> str:
        # The server assigns the experiment's id too late for a location that is given with the request.
        if not artifact_location and self.artifact_root_uri:
            artifact_location = f"{self.artifact_root_uri}/experiments/{uuid.uuid4().hex}"
        return str(super().create_experiment(name, artifact_location, tags))

    def _call_endpoint(self, api: type[Message], json_body: str | None = None, *args: Any, **options: Any) -> Any:
        with explaining(self.settings):
            return super()._call_endpoint(api, with_author(api, json_body, self.settings.author), *args, **options)
