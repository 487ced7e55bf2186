"""Uploads that go on where they broke off: the client's side of tus 1.0 (https://tus.io/protocols/resumable-upload)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import quote, unquote

from modelregistry.client.bodies import SizedBody, reported
from modelregistry.client.connection import Connection, Patience, is_passing
from modelregistry.client.exceptions import ConnectionFailedError, WrongStateError
from modelregistry.client.progress import ProgressCallback
from modelregistry.client.sources import Source
from modelregistry.errors import ModelRegistryError

_VERSION = {"Tus-Resumable": "1.0.0"}
_CONTENT = {"Content-Type": "application/offset+octet-stream"}


def send_resumably(connection: Connection, source: Source, report: ProgressCallback) -> str:
    """Sends all bytes of a source, whose size is known, and returns the upload's id.

    Whenever the connection breaks, the server says how many bytes it has, and the rest follows. Tries count anew once more bytes have
    arrived.
    """
    size = source.size or 0
    upload_id = _begin(connection, size)
    with discarding(connection, upload_id):
        _send_all(connection, _path(upload_id), source, size, report)
    return upload_id


@contextmanager
def discarding(connection: Connection, upload_id: str) -> Iterator[None]:
    """Removes an upload where what is done with it fails. It would expire too, but its bytes take room until then."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, ConnectionFailedError):
            with suppress(ModelRegistryError):
                connection.ask("DELETE", _path(upload_id), headers=_VERSION)
        raise


def _begin(connection: Connection, size: int) -> str:
    """The id of a new upload. Behind gateways the server does not know its own address: of the location only the id counts."""
    created = connection.ask_patiently("POST", "/uploads", headers={**_VERSION, "Upload-Length": str(size)}, data=b"")
    location = created.headers.get("Location", "").partition("?")[0].rstrip("/")
    return unquote(location.rsplit("/", 1)[-1])


def _path(upload_id: str) -> str:
    return f"/uploads/{quote(upload_id, safe='')}"


def _send_all(connection: Connection, path: str, source: Source, size: int, report: ProgressCallback) -> None:
    patience = Patience(connection.retries)
    offset = 0
    while offset < size:
        try:
            _send_from(connection, path, source, offset, size, report)
            return
        except ModelRegistryError as error:
            if not (is_passing(error) or isinstance(error, WrongStateError)):
                raise
            failure = error
        arrived = _offset(connection, path)
        if arrived > offset:
            patience.progressed()
        patience.wait_after(_as_passing(failure))
        offset = arrived


def _send_from(
    connection: Connection, path: str, source: Source, offset: int, size: int, report: ProgressCallback
) -> None:
    body = SizedBody(reported(source.chunks(offset), report, offset, size), size - offset)
    headers = {**_VERSION, **_CONTENT, "Upload-Offset": str(offset)}
    connection.ask("PATCH", path, headers=headers, data=body)


def _offset(connection: Connection, path: str) -> int:
    return int(connection.ask_patiently("HEAD", path, headers=_VERSION).headers["Upload-Offset"])


def _as_passing(error: ModelRegistryError) -> ModelRegistryError:
    """The server may hold on to the broken request for a moment, and refuse the one that goes on."""
    return ConnectionFailedError(str(error)) if isinstance(error, WrongStateError) else error
