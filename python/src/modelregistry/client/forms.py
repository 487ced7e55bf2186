"""The form that carries a model: its metadata, then its bytes as they are read."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from modelregistry.client.bodies import SizedBody, reported
from modelregistry.client.progress import ProgressCallback
from modelregistry.client.sources import Source


class Form:
    """`multipart/form-data` of two parts. Metadata come first, so that the server can refuse them before it has the bytes, and not in the
    URL: they can be large, and URLs end up in logs."""

    def __init__(self, fields: dict[str, Any], source: Source, report: ProgressCallback) -> None:
        boundary = uuid.uuid4().hex
        self._head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="metadata"\r\nContent-Type: application/json\r\n\r\n'
            f"{json.dumps(fields, allow_nan=False)}\r\n"
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._source = source
        self._report = report
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.is_complete = False
        """Whether its end has been sent: before that, no server takes it for a whole form."""

    def body(self) -> Iterable[bytes]:
        """Its bytes, to be read once; of known length where that of the source is known."""
        size = self._source.size
        return self._pieces() if size is None else SizedBody(self._pieces(), len(self._head) + size + len(self._tail))

    def _pieces(self) -> Iterator[bytes]:
        yield self._head
        yield from reported(self._source.chunks(), self._report, 0, self._source.size)
        self.is_complete = True
        yield self._tail
