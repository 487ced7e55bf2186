"""What can be uploaded as one file: bytes, paths, file objects and iterables of bytes. Memory is constant, whatever their size."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from modelregistry.client.exceptions import InvalidValueError, SourceFailedError
from modelregistry.client.stored import StoredFile, StoredModel

CHUNK = 1024 * 1024
"""Bytes that are in memory at a time."""

ModelSource = bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO | Iterable[bytes]
"""What can be uploaded: bytes, the path of a file, a file object from where it stands, or pieces of bytes."""


class Source(Protocol):
    """Bytes to upload."""

    @property
    def size(self) -> int | None:
        """Bytes; None where nobody knows before the end."""

    @property
    def sha256(self) -> str | None:
        """Of all bytes, in lower-case hexadecimal; None where it is not known before they are sent, or means nothing."""

    @property
    def can_restart(self) -> bool:
        """Whether `chunks` may be asked for more than once."""

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        """The bytes from `offset` on. Raises `SourceFailedError`."""

    def is_kept_as(self, model: StoredModel, files: Callable[[], Iterable[StoredFile]]) -> bool:
        """Whether a stored model has the bytes that `chunks` has given; `files` lists those of the model."""


@contextmanager
def opened(source: ModelSource) -> Iterator[Source]:
    """The source that a caller means; a file that is opened by its path is closed at the end."""
    if isinstance(source, (str, os.PathLike)):
        with _open_path(Path(source).expanduser()) as file:
            yield SeekableSource(file)
    elif isinstance(source, (bytes, bytearray, memoryview)):
        yield SeekableSource(io.BytesIO(source))
    elif hasattr(source, "read"):
        yield _of_file(source)
    elif isinstance(source, Iterable):
        yield PassingSource(source)
    else:
        raise InvalidValueError(
            f"source: give bytes, a path, a file object or pieces of bytes, not a {type(source).__name__}",
            field="source",
        )


class SeekableSource:
    """A file object that can go back, from where it stands."""

    can_restart = True

    def __init__(self, file: BinaryIO) -> None:
        """Reads it once to its end, for the digest: then the server refuses bytes that arrive otherwise."""
        self._file = file
        self._start = file.tell()
        digest, self.size = hashlib.sha256(), 0
        for chunk in self.chunks():
            digest.update(chunk)
            self.size += len(chunk)
        self.sha256 = digest.hexdigest()
        if self.size == 0 and self._start > 0:
            raise InvalidValueError(
                "source: the file object stands at its end, so nothing is left to upload: seek(0) first",
                field="source",
            )

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        with reading():
            self._file.seek(self._start + offset)
        return _pieces(self._file)

    def is_kept_as(self, model: StoredModel, files: Callable[[], Iterable[StoredFile]]) -> bool:
        return model.sha256 == self.sha256


class PassingSource:
    """Bytes that come by once, such as those of a pipe or a generator."""

    size = None
    can_restart = False

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self._digest = hashlib.sha256()
        self.sha256: str | None = None

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        if offset or self.sha256:
            raise SourceFailedError("source: its bytes have gone by and can't be sent again")
        with reading():
            for piece in self._pieces:
                self._digest.update(_checked(piece))
                if len(piece):  # an empty piece would end a chunked body
                    yield bytes(piece)
        self.sha256 = self._digest.hexdigest()

    def is_kept_as(self, model: StoredModel, files: Callable[[], Iterable[StoredFile]]) -> bool:
        return model.sha256 == self.sha256


@contextmanager
def reading() -> Iterator[None]:
    """Tells failures to read a source from those of the connection, which may be tried again."""
    try:
        yield
    except OSError as error:
        raise SourceFailedError(f"source: it can't be read ({error})") from error


def _of_file(file: Any) -> Source:
    seekable = getattr(file, "seekable", None)
    return SeekableSource(file) if seekable is not None and seekable() else PassingSource(_pieces(file))


def _pieces(file: Any) -> Iterator[bytes]:
    with reading():
        while piece := _checked(file.read(CHUNK)):
            yield piece


def _checked(piece: object) -> bytes:
    if isinstance(piece, str):
        raise InvalidValueError("source: it gives text: open the file in binary mode", field="source")
    if not isinstance(piece, (bytes, bytearray, memoryview)):
        raise InvalidValueError(f"source: it gives a {type(piece).__name__}, not bytes", field="source")
    return piece  # type: ignore[return-value]


def _open_path(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise InvalidValueError(f"source: {path} can't be read ({error.strerror})", field="source") from error
