"""Downloads to disk. What stands under its final name is whole, checked and synced, or is what was there before."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from urllib.parse import quote

from modelregistry.client.connection import Connection, Params
from modelregistry.client.downloads import download
from modelregistry.client.exceptions import InvalidValueError, UnsafePathError
from modelregistry.client.progress import ProgressCallback
from modelregistry.client.reading import files_of, model_path
from modelregistry.client.stored import StoredFile, StoredModel


def save_file(
    connection: Connection,
    path: str,
    target: Path,
    report: ProgressCallback,
    *,
    params: Params | None = None,
    sha256: str | None = None,
) -> None:
    """Writes what is at `path` of the API to the file `target`, which is replaced if it is there."""
    with _finally_named(target) as unfinished, unfinished.open("xb") as file:
        download(connection, path, file, report, params=params, sha256=sha256)
        file.flush()
        os.fsync(file.fileno())


def save_folder(connection: Connection, model: StoredModel, target: Path, report: ProgressCallback) -> None:
    """Writes all files of a model below the folder `target`, which must not be there or be empty.

    They come one by one rather than as an archive: so each is checked against its digest, and a broken connection costs the rest of one.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InvalidValueError(
            f"path: {target} is there already: give a path for a new folder, or that of an empty one", field="path"
        )
    files = files_of(connection, model.metadata_id)
    total, done = sum(file.size for file in files), 0
    with _finally_named(target) as unfinished:
        unfinished.mkdir()
        for file in files:
            place = unfinished / safe_path(file.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            save_file(connection, _path_of(model, file), place, _shifted(report, done, total), sha256=file.sha256)
            done += file.size
        if target.is_dir():
            target.rmdir()  # Windows renames to no name that is taken


def safe_path(path: str) -> Path:
    """A file's path below a model's folder as one below a folder of this machine, whatever its system. Raises `UnsafePathError`."""
    parts = path.split("/")
    windows = PureWindowsPath(path)
    if (
        any(part in ("", ".", "..") for part in parts)
        or PurePosixPath(path).is_absolute()
        or windows.drive
        or windows.root
        or (os.name == "nt" and "\\" in path)
        or "\0" in path
    ):
        raise UnsafePathError(f"the server names a file {path!r}, which leads out of the folder for it")
    return Path(*parts)


def _path_of(model: StoredModel, file: StoredFile) -> str:
    return f"{model_path(model.metadata_id)}/files/{quote(file.path)}"


def _shifted(report: ProgressCallback, before: int, total: int) -> ProgressCallback:
    """Tells the bytes of one file as part of those of all."""
    return lambda done, _: report(before + done, total)


@contextmanager
def _finally_named(target: Path) -> Iterator[Path]:
    """A path beside `target`, which becomes `target` where all goes well, and is removed where not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name[:100]}.{uuid.uuid4().hex}.part")
    try:
        yield unfinished
        unfinished.replace(target)
        _sync(target.parent)
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        else:
            unfinished.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Makes a renaming durable, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
