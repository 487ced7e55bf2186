"""A folder as one stream: a tar that is written as it is sent."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from modelregistry.client.exceptions import InvalidValueError, SourceFailedError
from modelregistry.client.sources import CHUNK, reading
from modelregistry.client.stored import StoredFile, StoredModel

_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)


class FolderSource:
    """All files of a folder and its folders, as a tar. The same files give the same bytes, so that sending can go on in the middle.

    Links to files are followed, those to folders are not; empty folders are left out.
    """

    sha256 = None
    can_restart = True

    def __init__(self, folder: Path) -> None:
        self._entries = [_entry(folder, file) for file in sorted(_files_below(folder))]
        if not self._entries:
            raise InvalidValueError(f"source: there are no files in {folder}", field="source")
        self._digests: dict[str, str] = {}
        self.size = sum(entry.length for entry in self._entries) + len(_END)

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        for entry in self._entries:
            # What is skipped has been read before, and so has its digest.
            if offset < entry.length:
                yield from _from_offset(self._chunks_of(entry), offset)
            offset = max(0, offset - entry.length)
        yield _END[offset:]

    def is_kept_as(self, model: StoredModel, files: Callable[[], Iterable[StoredFile]]) -> bool:
        return model.is_folder and {file.path: file.sha256 for file in files()} == self._digests

    def _chunks_of(self, entry: _Entry) -> Iterator[bytes]:
        digest = hashlib.sha256()
        yield entry.header
        for chunk in _content(entry):
            digest.update(chunk)
            yield chunk
        self._digests[entry.path] = digest.hexdigest()
        yield bytes(-entry.size % _BLOCK)


@dataclass(frozen=True)
class _Entry:
    """One file of the archive."""

    path: str
    file: Path
    size: int

    @cached_property
    def header(self) -> bytes:
        """Without owner and time, which differ between copies."""
        info = tarfile.TarInfo(self.path)
        info.size = self.size
        return info.tobuf(tarfile.PAX_FORMAT)

    @property
    def length(self) -> int:
        """Bytes in the archive: header, content, and what fills its last block."""
        return len(self.header) + self.size + -self.size % _BLOCK


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names)


def _entry(folder: Path, file: Path) -> _Entry:
    with reading():
        status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise InvalidValueError(f"source: {file} is not a regular file", field="source")
    return _Entry(file.relative_to(folder).as_posix(), file, status.st_size)


def _content(entry: _Entry) -> Iterator[bytes]:
    left = entry.size
    with reading(), entry.file.open("rb") as file:
        while left and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
    if left:
        raise SourceFailedError(f"source: {entry.file} has become shorter as it was read")


def _from_offset(chunks: Iterator[bytes], offset: int) -> Iterator[bytes]:
    for chunk in chunks:
        if len(rest := chunk[offset:]):
            yield rest
        offset = max(0, offset - len(chunk))
