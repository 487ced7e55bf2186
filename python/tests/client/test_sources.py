"""What can be uploaded, and how it is read."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelregistry.client.exceptions import InvalidValueError, SourceFailedError
from modelregistry.client.folders import FolderSource
from modelregistry.client.sources import CHUNK, opened

DATA = os.urandom(3 * CHUNK + 17)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "data.bin"
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview, io.BytesIO])
def test_what_can_be_read_again(kind: Any) -> None:
    with opened(kind(DATA)) as source:
        assert (source.size, source.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
        assert b"".join(source.chunks()) == DATA
        assert b"".join(source.chunks(CHUNK + 5)) == DATA[CHUNK + 5 :]
        assert max(map(len, source.chunks())) <= CHUNK


def test_paths(file: Path) -> None:
    for path in (file, str(file)):
        with opened(path) as source:
            assert b"".join(source.chunks()) == DATA


def test_a_file_object_is_taken_from_where_it_stands_and_left_open(file: Path) -> None:
    with file.open("rb") as given:
        given.seek(100)
        with opened(given) as source:
            assert source.size == len(DATA) - 100
            assert b"".join(source.chunks(1)) == DATA[101:]
        assert not given.closed


def test_a_file_object_that_stands_at_its_end() -> None:
    given = io.BytesIO()
    given.write(b"pickled")
    with pytest.raises(InvalidValueError, match=r"seek\(0\)"), opened(given):
        pass
    with opened(io.BytesIO()) as source:
        assert source.size == 0


def test_what_comes_by_once(file: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"a", b"", b"bc")

    with opened(pieces()) as source:
        assert (source.size, source.sha256, source.can_restart) == (None, None, False)
        assert list(source.chunks()) == [b"a", b"bc"]
        assert source.sha256 == hashlib.sha256(b"abc").hexdigest()
        with pytest.raises(SourceFailedError):
            list(source.chunks())


def test_a_pipe() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb") as given:
        given.write(b"through a pipe")
    with os.fdopen(reader, "rb") as given, opened(given) as source:
        assert source.size is None
        assert b"".join(source.chunks()) == b"through a pipe"


@pytest.mark.parametrize("given", [42, None, io.StringIO("text"), ["text"]])
def test_what_is_no_source(given: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"^source: "), opened(given) as source:
        list(source.chunks())


def test_a_path_without_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="no-such-file"), opened(tmp_path / "no-such-file"):
        pass


def test_failures_to_read_are_not_those_of_the_connection() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ConnectionResetError("of another server")

    with opened(broken()) as source, pytest.raises(SourceFailedError, match="of another server"):
        list(source.chunks())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    long_name = "/".join(["deep" * 10] * 5) + "/ü.bin"
    for path, content in {"MLmodel": b"flavors:", "data/model.pkl": DATA, "empty": b"", long_name: b"x" * 512}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / "nothing").mkdir()
    (root / "link").symlink_to(root / "MLmodel")
    return root


def test_a_folder_is_a_tar(folder: Path) -> None:
    archive = b"".join(FolderSource(folder).chunks())
    assert len(archive) == FolderSource(folder).size
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = tar.getmembers()
        assert all(member.isreg() for member in members)
        found = {member.name: tar.extractfile(member).read() for member in members}  # type: ignore[union-attr]
    files = (path for path in folder.rglob("*") if path.is_file())
    assert found == {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_tar_goes_on_anywhere(folder: Path) -> None:
    source = FolderSource(folder)
    archive = b"".join(source.chunks())
    size = len(archive)
    for offset in [0, 1, 511, 512, 513, 1024, CHUNK, size // 2, size - 1025, size - 1024, size - 1, size]:
        assert b"".join(source.chunks(offset)) == archive[offset:]


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(InvalidValueError, match="no files"):
        FolderSource(tmp_path)


def test_a_file_that_shrinks_as_it_is_sent(folder: Path) -> None:
    source = FolderSource(folder)
    (folder / "data/model.pkl").write_bytes(DATA[:-1])
    with pytest.raises(SourceFailedError, match="shorter"):
        list(source.chunks())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_only_regular_files_are_taken(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(InvalidValueError, match="not a regular file"):
        FolderSource(folder)
