"""What the registry knows of models: one, a page of them, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from modelregistry.client.answers import json_of
from modelregistry.client.connection import Connection, Params, Patience
from modelregistry.client.exceptions import InvalidValueError, NotFoundError
from modelregistry.client.stored import StoredFile, StoredModel
from modelregistry.errors import ModelRegistryError


@dataclass(frozen=True)
class ModelsPage:
    """Some models, and what the next ones are asked for with, if there are any."""

    models: list[StoredModel]
    next_page_token: str | None


def model_path(metadata_id: str) -> str:
    """Of a model in the API. Raises `InvalidValueError` for what can't be an id: `/models/` would be the list of all."""
    text = str(metadata_id)
    if not text or text in (".", ".."):
        raise InvalidValueError(f"metadata_id: {text!r} is no id: give the metadata_id of a model", field="metadata_id")
    return f"/models/{quote(text, safe='')}"


def model_of(connection: Connection, metadata_id: str) -> StoredModel:
    """One model. Raises `NotFoundError`."""
    return StoredModel(json_of(connection.ask_patiently("GET", model_path(metadata_id))))


def models_page(connection: Connection, params: Params) -> ModelsPage:
    """Those that the parameters select, newest first."""
    page = json_of(connection.ask_patiently("GET", "/models", params=params))
    return ModelsPage([StoredModel(model) for model in page["models"]], page.get("next_page_token") or None)


def models(connection: Connection, params: Params) -> Iterator[StoredModel]:
    """All that the parameters select, newest first; a page is asked for when it is needed."""
    page = models_page(connection, params)
    yield from page.models
    while token := page.next_page_token:
        page = models_page(connection, {**params, "page_token": token})
        yield from page.models


def files_of(connection: Connection, metadata_id: str) -> list[StoredFile]:
    """All files of a model, by path."""
    listed = json_of(connection.ask_patiently("GET", f"{model_path(metadata_id)}/files"))["files"]
    return [StoredFile(file["path"], int(file["size"]), file["sha256"], file["url"]) for file in listed]


def delete_model(connection: Connection, metadata_id: str) -> None:
    """Removes a model. Raises `NotFoundError`, but not where an earlier try, whose answer got lost, may have removed it."""
    patience = Patience(connection.retries)
    may_be_deleted = False
    while True:
        try:
            connection.ask("DELETE", model_path(metadata_id))
            return
        except NotFoundError:
            if may_be_deleted:
                return
            raise
        except ModelRegistryError as error:
            patience.wait_after(error)
            may_be_deleted = True
