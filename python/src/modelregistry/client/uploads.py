"""One upload: by one request, or by several that go on where an earlier one broke off."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from modelregistry.client.bodies import SizedBody, reported
from modelregistry.client.connection import Connection, Patience, is_passing, never_arrived
from modelregistry.client.exceptions import (
    AlreadyExistsError,
    DigestMismatchError,
    InvalidValueError,
    NotFoundError,
    WrongStateError,
    json_of,
)
from modelregistry.client.progress import ProgressCallback
from modelregistry.client.reading import delete_model, files_of, models_page
from modelregistry.client.resumable import send_resumably
from modelregistry.client.sources import Source
from modelregistry.client.stored import StoredModel
from modelregistry.errors import ModelRegistryError

RESUMABLE_FROM = 64 * 1024 * 1024
"""Bytes from which on an upload is resumable, unless the caller says otherwise."""

Fields = dict[str, Any]


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
    def send() -> StoredModel:
        boundary = uuid.uuid4().hex
        content_type = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        body = _body(boundary, fields, source, report)
        return StoredModel(json_of(connection.ask("POST", "/models", data=body, headers=content_type)))

    # Without an id or a version, a request that arrived twice would make two models.
    return _make(
        connection, source, fields, send, can_repeat=source.can_restart and bool({"id", "version"} & set(fields))
    )


def _send_resumably(connection: Connection, source: Source, fields: Fields, report: ProgressCallback) -> StoredModel:
    _require_free(connection, fields)
    upload_id = send_resumably(connection, source, report)
    # The server puts the parts together and hashes them before it answers.
    extra_time = (source.size or 0) / (20 * 1024 * 1024)

    def finish() -> StoredModel:
        body = fields | {"upload_id": upload_id}
        return StoredModel(json_of(connection.ask("POST", "/models", json=body, extra_time=extra_time)))

    return _make(connection, source, fields, finish, can_repeat=True)


def _require_free(connection: Connection, fields: Fields) -> None:
    """Raises `AlreadyExistsError` before many bytes are sent in vain. What is taken meanwhile, the server refuses at the end."""
    for field, selection in (("id", ("id",)), ("version", ("name", "version"))):
        if field in fields and models_page(connection, {name: fields[name] for name in selection}).models:
            detail = f"the {field} {fields[field]!r} is taken: choose another, or delete the model that has it"
            raise AlreadyExistsError(detail, status=409, code="already-exists", field=field)


def _make(
    connection: Connection, source: Source, fields: Fields, send: Callable[[], StoredModel], *, can_repeat: bool
) -> StoredModel:
    """Sends what makes a model. Where an answer got lost, what a later one refuses may be what the first has made."""
    patience = Patience(connection.retries)
    may_be_made = False
    while True:
        try:
            return send()
        except (AlreadyExistsError, NotFoundError, WrongStateError):
            if may_be_made and (made := _find(connection, source, fields)):
                return made
            raise
        except ModelRegistryError as error:
            may_be_made = may_be_made or (is_passing(error) and not never_arrived(error))
            if may_be_made and not can_repeat:
                raise _unknown(error) from error
            if not source.can_restart:
                raise
            patience.wait_after(error)


def _unknown(error: ModelRegistryError) -> ModelRegistryError:
    """The same error, saying more."""
    return type(error)(
        f"whether the model was made is not known ({error}): list_models(name=…) tells. With an id or a version, an upload is tried again "
        "by itself",
        status=error.status,
        code=error.code,
    )


def _find(connection: Connection, source: Source, fields: Fields) -> StoredModel | None:
    """The model that has these fields and the source's bytes, if there is one."""
    known: dict[str, str | int] = {name: fields[name] for name in ("name", "version", "id") if name in fields}
    for model in models_page(connection, known).models:
        if _has(model, fields) and source.is_kept_as(model, lambda: files_of(connection, model.metadata_id)):  # noqa: B023
            return model
    return None


def _has(model: StoredModel, fields: Fields) -> bool:
    """Whether a model has these fields, and of those that are not given none that its maker could have said."""
    said = {name: value for name, value in fields.items() if name not in ("unpack", "upload_id", "sha256")}
    unsaid = dict.fromkeys(("id", "description", "framework", "author", "metrics", "parameters", "tags"))
    return all((model.get(name) or None) == (value or None) for name, value in {**unsaid, **said}.items())


def _body(boundary: str, fields: Fields, source: Source, report: ProgressCallback) -> Iterable[bytes]:
    """A form of two parts. The metadata come first, and not in the URL: they can be large, and URLs end up in logs."""
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="metadata"\r\nContent-Type: application/json\r\n\r\n'
        f"{json.dumps(fields, allow_nan=False)}\r\n"
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    tail = f"\r\n--{boundary}--\r\n".encode()

    def pieces() -> Iterator[bytes]:
        yield head
        yield from reported(source.chunks(), report, 0, source.size)
        yield tail

    return pieces() if source.size is None else SizedBody(pieces(), len(head) + source.size + len(tail))
