"""One upload: by one request, or by several that go on where an earlier one broke off."""

from __future__ import annotations

from modelregistry.client.answers import json_of
from modelregistry.client.connection import Connection
from modelregistry.client.creation import Fields, make_once
from modelregistry.client.exceptions import AlreadyExistsError, DigestMismatchError, InvalidValueError
from modelregistry.client.forms import Form
from modelregistry.client.progress import ProgressCallback
from modelregistry.client.reading import delete_model, files_of, models_page
from modelregistry.client.resumable import discarding, send_resumably
from modelregistry.client.sources import Source
from modelregistry.client.stored import StoredModel

RESUMABLE_FROM = 64 * 1024 * 1024
"""Bytes from which on an upload is resumable, unless the caller says otherwise."""


def upload(
    connection: Connection, source: Source, fields: Fields, report: ProgressCallback, resumable: bool | None
) -> StoredModel:
    """Uploads a source as a model with these fields, and makes sure that the server has the same bytes."""
    if source.sha256:
        fields = fields | {"sha256": source.sha256}
    send = _send_resumably if _is_resumable(source, resumable) else _send_at_once
    model = send(connection, source, fields, report)
    if not source.is_kept_as(model, lambda: files_of(connection, model.metadata_id)):
        delete_model(connection, model.metadata_id)
        raise DigestMismatchError(
            f"the server got other bytes than were sent for {model.name!r}, and they were removed again: try once more"
        )
    return model


def _is_resumable(source: Source, wanted: bool | None) -> bool:
    if wanted and not (source.can_restart and source.size is not None):
        raise InvalidValueError(
            "source: what comes by only once can't be resumed: give a path, bytes or a file object that can seek",
            field="source",
        )
    return source.can_restart and (source.size or 0) >= RESUMABLE_FROM if wanted is None else wanted


def _send_at_once(connection: Connection, source: Source, fields: Fields, report: ProgressCallback) -> StoredModel:
    form = Form(fields, source, report)

    def send() -> StoredModel:
        nonlocal form
        form = Form(fields, source, report)
        headers = {"Content-Type": form.content_type}
        return StoredModel(json_of(connection.ask("POST", "/models", data=form.body(), headers=headers)))

    # Without an id or a version, a request that arrived twice would make two models.
    is_named = "id" in fields or "version" in fields
    return make_once(connection, source, fields, send, can_repeat=lambda: is_named or not form.is_complete)


def _send_resumably(connection: Connection, source: Source, fields: Fields, report: ProgressCallback) -> StoredModel:
    _require_free(connection, fields)
    upload_id = send_resumably(connection, source, report)
    # The server puts the parts together and hashes them before it answers.
    extra_time = (source.size or 0) / (20 * 1024 * 1024)

    def finish() -> StoredModel:
        body = fields | {"upload_id": upload_id}
        return StoredModel(json_of(connection.ask("POST", "/models", json=body, extra_time=extra_time)))

    # An upload becomes a model once only, however often that is asked for.
    with discarding(connection, upload_id):
        return make_once(connection, source, fields, finish, can_repeat=lambda: True)


def _require_free(connection: Connection, fields: Fields) -> None:
    """Raises `AlreadyExistsError` before many bytes are sent in vain. What is taken meanwhile, the server refuses at the end."""
    for field, selection in (("id", ("id",)), ("version", ("name", "version"))):
        if field in fields and models_page(connection, {name: fields[name] for name in selection}).models:
            detail = f"the {field} {fields[field]!r} is taken: choose another, or delete the model that has it"
            raise AlreadyExistsError(detail, status=409, code="already-exists", field=field)
