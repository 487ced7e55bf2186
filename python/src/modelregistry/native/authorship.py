"""Says in MLflow's requests who makes what they make."""

from __future__ import annotations

import json
from typing import Any

from google.protobuf.message import Message
from mlflow.utils.mlflow_tags import MLFLOW_USER

_WITH_USER = {"CreateExperiment", "CreateRun", "CreateRegisteredModel", "CreateModelVersion"}
"""Requests with a field `user_id`: MLflow has it for runs alone, the server takes it with the others too."""
_WITH_USER_TAG = {"CreateRun", "CreateLoggedModel", "CreateDataset"}
"""Requests of what MLflow's UI shows the user of by a tag."""


def with_author(api: type[Message], body: str | None, author: str | None) -> str | None:
    """The JSON body of a request, saying that `author` makes it, if it makes something and there is an author."""
    name = api.DESCRIPTOR.name
    if author is None or body is None or name not in _WITH_USER | _WITH_USER_TAG:
        return body
    request: dict[str, Any] = json.loads(body)
    if name in _WITH_USER:
        request["user_id"] = author
    if name in _WITH_USER_TAG:
        request["tags"] = _with_user_tag(request.get("tags"), author)
    return json.dumps(request)


def _with_user_tag(tags: list[dict[str, str]] | str | None, author: str) -> list[dict[str, str]] | str:
    if isinstance(tags, str):  # of an evaluation dataset: JSON in JSON
        return json.dumps(json.loads(tags or "{}") | {MLFLOW_USER: author})
    return [tag for tag in tags or [] if tag["key"] != MLFLOW_USER] + [{"key": MLFLOW_USER, "value": author}]
