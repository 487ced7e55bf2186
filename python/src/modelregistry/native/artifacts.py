"""Artifact files through the server's own artifact API."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import requests
from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException, RestException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.store.artifact.artifact_repo import ArtifactRepository, verify_artifact_path
from mlflow.utils.mime_type_utils import _guess_mime_type
from mlflow.utils.uri import validate_path_is_safe

from modelregistry.settings import Settings
from modelregistry.transport import send

_ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts"
_CHUNK = 1024 * 1024


class NativeArtifactRepository(ArtifactRepository):
    """The files below one `mlflow-artifacts:` location. Files of any size go through in pieces."""

    def __init__(self, artifact_uri: str, settings: Settings, tracking_uri: str | None = None) -> None:
        super().__init__(artifact_uri, tracking_uri)
        self.settings = settings
        self._root = unquote(urlsplit(artifact_uri).path).strip("/")

    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        """Uploads a file into the folder `artifact_path`."""
        verify_artifact_path(artifact_path)
        file = Path(local_file)
        headers = {"Content-Type": _guess_mime_type(file.name)}
        path = posixpath.join(artifact_path or "", file.name)
        with file.open("rb") as content:
            # Of an empty file requests would not say the length, which some gateways want.
            self._send("PUT", path, data=content if file.stat().st_size else b"", extra_headers=headers)

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Uploads all files of a folder, with those of its folders, into the folder `artifact_path`; several at a time."""
        root = Path(local_dir).resolve()
        uploads = [
            self.thread_pool.submit(
                self.log_artifact,
                str(file),
                posixpath.join(artifact_path or "", *file.relative_to(root).parent.parts) or None,
            )
            for file in _files_below(root)
        ]
        for upload in uploads:
            upload.result()

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """What is directly in the folder `path`, by name; nothing if `path` is a file. Paths are relative to the location."""
        folder = posixpath.join(self._root, path) if path else self._root
        listed = self._send("GET", None, params={"path": folder}).json().get("files", [])
        files = [_file_info(path, entry) for entry in listed]
        if path and [file.path for file in files if not file.is_dir] == [
            posixpath.join(path, posixpath.basename(path))
        ]:
            return []
        return sorted(files, key=lambda file: file.path)

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Deletes the file or folder `artifact_path`, or all."""
        self._send("DELETE", artifact_path or "")

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        with self._send("GET", remote_file_path, stream=True) as response, Path(local_path).open("wb") as file:
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)

    def _send(self, method: str, path: str | None, **options: Any) -> requests.Response:
        """`path` below the location, or None for the API of lists. Raises `MlflowException` where the server refuses."""
        endpoint = _ARTIFACTS if path is None else f"{_ARTIFACTS}/{quote(posixpath.join(self._root, path).rstrip('/'))}"
        response = send(self.settings, method, endpoint, **options)
        if not response.ok:
            raise _refusal(response)
        return response


def _files_below(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)


def _file_info(folder: str | None, entry: dict[str, Any]) -> FileInfo:
    # What the server says becomes a path on this machine when it is downloaded.
    path = validate_path_is_safe(entry["path"])
    size = entry.get("file_size")
    return FileInfo(posixpath.join(folder or "", path), entry["is_dir"], None if size is None else int(size))


def _refusal(response: requests.Response) -> MlflowException:
    try:
        return RestException(response.json())
    except (ValueError, KeyError, AttributeError):
        return MlflowException(
            f"HTTP {response.status_code} from {urlsplit(response.url).path}: {response.text[:300]}",
            INVALID_PARAMETER_VALUE,
        )
