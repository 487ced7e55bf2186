"""One download: it goes on where the connection broke, and is checked against the digest that the server promised."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import BinaryIO

import requests

from modelregistry.client.connection import Connection, Params, Patience
from modelregistry.client.exceptions import ConnectionFailedError, DigestMismatchError
from modelregistry.client.progress import ProgressCallback
from modelregistry.client.sources import CHUNK
from modelregistry.errors import ModelRegistryError


def download(
    connection: Connection,
    path: str,
    file: BinaryIO,
    report: ProgressCallback,
    *,
    params: Params | None = None,
    sha256: str | None = None,
) -> None:
    """Writes what is at `path` of the API to `file`, from its beginning. `sha256` is checked besides what the server promises.

    Raises `DigestMismatchError` for other bytes; what is in the file then is not to be used.
    """
    receiver = _Receiver(connection, path, params, file, report)
    patience = Patience(connection.retries)
    while True:
        before = receiver.done
        try:
            receiver.receive()
            break
        except ModelRegistryError as error:
            if receiver.done > before:
                patience.progressed()
            patience.wait_after(error)
    receiver.check(sha256)


class _Receiver:
    """What has arrived so far."""

    def __init__(
        self, connection: Connection, path: str, params: Params | None, file: BinaryIO, report: ProgressCallback
    ) -> None:
        self._connection = connection
        self._path = path
        self._params = params
        self._file = file
        self._report = report
        self._etag: str | None = None
        self._promised: str | None = None
        self._digest = hashlib.sha256()
        self.done = 0

    def receive(self) -> None:
        """Asks for what is missing, and takes what comes. Raises `ConnectionFailedError` if that is not all."""
        response = self._connection.ask("GET", self._path, params=self._params, headers=self._headers(), stream=True)
        with response:
            if response.status_code != 206:
                self._begin(response)
            length = response.headers.get("Content-Length")
            total = None if length is None else self.done + int(length)
            self._report(self.done, total)
            with self._connection.explaining():
                for chunk in response.iter_content(CHUNK):
                    self._take(chunk, total)
        if total is not None and self.done != total:
            raise ConnectionFailedError(f"the connection broke after {self.done} of {total} bytes")

    def check(self, sha256: str | None) -> None:
        """Raises `DigestMismatchError` where the bytes are not those that were promised."""
        actual = self._digest.hexdigest()
        for expected in (self._promised, sha256):
            if expected and expected != actual:
                raise DigestMismatchError(
                    f"the bytes that arrived have the SHA-256 {actual}, but the server promised {expected}: something on the way changes "
                    "them. Try once more"
                )

    def _headers(self) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if self.done and self._etag:
            headers |= {"Range": f"bytes={self.done}-", "If-Range": self._etag}
        return headers

    def _begin(self, response: requests.Response) -> None:
        """The whole comes: for the first time, or since the server can't go on in the middle."""
        self._etag = response.headers.get("ETag")
        self._promised = promised_sha256(response.headers.get("Repr-Digest"))
        self._digest = hashlib.sha256()
        self.done = 0
        self._file.seek(0)
        self._file.truncate()

    def _take(self, chunk: bytes, total: int | None) -> None:
        self._file.write(chunk)
        self._digest.update(chunk)
        self.done += len(chunk)
        self._report(self.done, total)


def promised_sha256(header: str | None) -> str | None:
    """The digest of a `Repr-Digest` header (RFC 9530) in lower-case hexadecimal, where it has one of this kind."""
    match = re.search(r"(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]+):", header or "")
    if match is None:
        return None
    try:
        return base64.b64decode(match[1], validate=True).hex()
    except binascii.Error:
        return None
