"""The client itself: each of its methods is one thing that users do."""

from __future__ import annotations

import enum
import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal

from modelregistry.client.answers import json_of
from modelregistry.client.connection import Connection
from modelregistry.client.downloads import download
from modelregistry.client.exceptions import InvalidValueError, NotFoundError
from modelregistry.client.folders import FolderSource
from modelregistry.client.metadata import (
    ModelMetadata,
    checked_mapping,
    checked_metrics,
    checked_parameters,
    checked_tags,
    metadata_of,
)
from modelregistry.client.progress import Progress, reporting, tell_nobody
from modelregistry.client.reading import delete_model, files_of, model_of, model_path, models
from modelregistry.client.saving import safe_path, save_file, save_folder
from modelregistry.client.sources import ModelSource, opened
from modelregistry.client.stored import StoredFile, StoredModel, UploadResponse
from modelregistry.client.uploads import upload
from modelregistry.settings import read_url_settings


class _Unchanged(enum.Enum):
    """Stands for what an update leaves as it is: None means to remove it."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = _Unchanged.UNCHANGED


class ModelRegistryClient:
    """Model files and their metadata on one server. Usable as a context manager, which closes its connections.

    Threads may share a client; processes that fork make their own. Every method raises a `ModelRegistryError`, of the kinds in
    `modelregistry.client.exceptions`. Wherever a `metadata_id` is taken, the `id` that the model was given by its maker is taken too.
    """

    def __init__(
        self, url: str, *, token: str | None = None, ca: str | None = None, timeout: float = 60, retries: int = 5
    ) -> None:
        """`url` begins with `http://`, `https://` or `modelregistry://`; the latter may have settings of its own.

        `token` is a bearer token, or the path of the file of one that rotates; `ca` the PEM file, or folder, of the CAs to trust. Else the
        address and the environment say so, as for MLflow. `timeout` in seconds is for each step: to connect, to send or receive more
        bytes. `retries` is how often in a row a step is tried again, with growing pauses, where that can do no harm.
        Raises `SettingsError`; nothing is sent yet.
        """
        settings = read_url_settings(url, token=token, custom_ca=ca)
        self.url = settings.url
        """Of the server, without a slash at its end."""
        self._connection = Connection(settings, timeout=timeout, retries=retries)

    def __enter__(self) -> ModelRegistryClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"ModelRegistryClient({self.url!r})"

    def close(self) -> None:
        """Gives the connections back; the next call would open new ones."""
        self._connection.close()

    def upload_model(
        self,
        source: ModelSource,
        metadata: ModelMetadata | Mapping[str, Any],
        *,
        progress: Progress = None,
        resumable: bool | None = None,
    ) -> UploadResponse:
        """Stores a model and returns it as the server has it.

        `source` is bytes, the path of a file or folder, a file object from where it stands, or pieces of bytes. What can be read twice is
        hashed before it is sent, and else on the way; bytes that arrive otherwise are refused, and nothing is kept of them.
        `resumable` uploads go on where a broken connection left off; by default those from 64 MiB on are, if `source` can be read again.
        """
        if isinstance(source, (str, os.PathLike)) and Path(source).expanduser().is_dir():
            return self.upload_folder(source, metadata, progress=progress, resumable=resumable)
        given = _with_extension(self._with_author(metadata), source)
        with opened(source) as opened_source, reporting(progress, f"Upload of {given.name}") as report:
            return upload(self._connection, opened_source, given.to_fields(), report, resumable)

    def upload_folder(
        self,
        path: str | os.PathLike[str],
        metadata: ModelMetadata | Mapping[str, Any],
        *,
        progress: Progress = None,
        resumable: bool | None = None,
    ) -> UploadResponse:
        """Stores all files below a folder as one model, such as what `mlflow.sklearn.save_model` writes; MLflow loads it by
        `models:/name/version_number`. It is sent as a tar that is made on the way; the digest of each file is compared afterwards."""
        folder = Path(path).expanduser()
        if not folder.is_dir():
            raise InvalidValueError(f"path: there is no folder {folder}", field="path")
        given = replace(self._with_author(metadata), file_extension=None)
        with reporting(progress, f"Upload of {given.name}") as report:
            return upload(
                self._connection, FolderSource(folder), {**given.to_fields(), "unpack": "tar"}, report, resumable
            )

    def get_metadata(self, metadata_id: str) -> StoredModel:
        """What is known of a model: a dict, so `metadata["storage_path"]`. Raises `NotFoundError`."""
        return model_of(self._connection, metadata_id)

    def get_model(
        self, file_path: str | None = None, metadata_id: str | None = None, bucket_name: str | None = None
    ) -> tuple[io.BytesIO, StoredModel]:
        """The bytes of a model, all of them in memory, and its metadata. A folder comes as a tar.

        `metadata_id` is enough; `file_path` (its `storage_path`) and `bucket_name` (its `storage_group`) must belong to it where they are
        given, or `NotFoundError` is raised. For what is large, `download_model` takes constant memory.
        """
        if metadata_id is None:
            raise InvalidValueError("metadata_id: which model? get_model(metadata_id=…)", field="metadata_id")
        model = self._kept_model(metadata_id)
        buffer = io.BytesIO()
        place = _place(model, file_path, bucket_name)
        download(self._connection, "/models/download", buffer, tell_nobody, params=place, sha256=model.sha256)
        buffer.seek(0)
        return buffer, model

    def download_model(
        self,
        metadata_id: str,
        path: str | os.PathLike[str],
        *,
        archive: Literal["tar", "zip"] | None = None,
        progress: Progress = None,
    ) -> Path:
        """Writes a model to disk in constant memory, and returns where it is.

        A file goes to `path`, or under its own name into `path` where that is a folder; a folder becomes the new folder `path`, or with
        `archive` the file `path`. What breaks goes on where it broke. Nothing is under that name before all of it has arrived and has the
        digest that the server promised.
        """
        model = self._kept_model(metadata_id)
        target = Path(path).expanduser()
        with reporting(progress, f"Download of {model.name}") as report:
            if archive is not None:
                save_file(self._connection, _content(model), target, report, params={"archive": archive})
            elif model.is_folder:
                save_folder(self._connection, model, target, report)
            else:
                if target.is_dir():
                    target /= safe_path(model.file_name or "model")
                save_file(self._connection, _content(model), target, report, sha256=model.sha256)
        return target

    def list_models(
        self,
        *,
        name: str | None = None,
        version: str | None = None,
        id: str | None = None,
        storage_group: str | None = None,
        framework: str | None = None,
        tags: Mapping[str, str] | None = None,
        search: str | None = None,
        page_size: int = 100,
    ) -> Iterator[StoredModel]:
        """The models that have all that is given, newest first; `search` is a part of the name or the description, in any case.

        They are asked for page by page, as they are taken; `page_size` is from 1 to 1000.
        """
        filters = {
            "name": name,
            "version": version,
            "id": id,
            "storage_group": storage_group,
            "framework": framework,
            "search": search,
            **{f"tag.{key}": value for key, value in checked_tags(tags).items()},
        }
        given = {key: value for key, value in filters.items() if value is not None}
        return models(self._connection, {**given, "page_size": page_size})

    def list_files(self, metadata_id: str) -> list[StoredFile]:
        """All files of a model, by path; of one that is a single file, this."""
        return files_of(self._connection, metadata_id)

    def update_metadata(
        self,
        metadata_id: str,
        *,
        description: str | _Unchanged | None = UNCHANGED,
        framework: str | _Unchanged | None = UNCHANGED,
        metrics: Mapping[str, float | None] | None = None,
        parameters: Mapping[str, Any] | None = None,
        tags: Mapping[str, str | None] | None = None,
    ) -> StoredModel:
        """Changes what is given, and returns the model as it is then. A description or framework that is None is removed; of metrics,
        parameters and tags the keys that are given change, and None as a value removes its key."""
        texts = {"description": description, "framework": framework}
        keyed = {
            "metrics": _patch("metrics", metrics, checked_metrics),
            "parameters": _patch("parameters", parameters, checked_parameters),
            "tags": _patch("tags", tags, checked_tags),
        }
        return self._change(
            metadata_id,
            {field: text for field, text in texts.items() if text is not UNCHANGED}
            | {field: changes for field, changes in keyed.items() if changes},
        )

    def set_tags(self, metadata_id: str, tags: Mapping[str, str]) -> StoredModel:
        """Sets some tags, and leaves the others as they are."""
        return self._change(metadata_id, {"tags": checked_tags(tags)})

    def delete_tag(self, metadata_id: str, key: str) -> StoredModel:
        """Removes a tag; without such a tag nothing changes."""
        return self._change(metadata_id, {"tags": {key: None}})

    def delete_model(self, metadata_id: str) -> None:
        """Removes the model with its files, for good. Raises `NotFoundError`."""
        delete_model(self._connection, metadata_id)

    def _change(self, metadata_id: str, patch: Mapping[str, Any]) -> StoredModel:
        headers = {"Content-Type": "application/merge-patch+json"}
        changed = self._connection.ask_patiently("PATCH", model_path(metadata_id), json=patch, headers=headers)
        return StoredModel(json_of(changed))

    def _with_author(self, metadata: ModelMetadata | Mapping[str, Any]) -> ModelMetadata:
        given = metadata_of(metadata)
        return given if given.author is not None else replace(given, author=self._connection.settings.author)

    def _kept_model(self, metadata_id: str) -> StoredModel:
        """One whose bytes the server has."""
        model = model_of(self._connection, metadata_id)
        if model.storage_path is None:
            raise NotFoundError(f"the files of {model.name} {model.version} are not on this server, but at {model.uri}")
        return model


def _with_extension(metadata: ModelMetadata, source: ModelSource) -> ModelMetadata:
    """The metadata with the extension of the path that is uploaded, where they say none."""
    if metadata.file_extension is not None or not isinstance(source, (str, os.PathLike)):
        return metadata
    extension = Path(source).suffix.removeprefix(".")
    return replace(metadata, file_extension=extension if extension.isascii() and extension.isalnum() else None)


def _place(model: StoredModel, file_path: str | None, bucket_name: str | None) -> dict[str, str]:
    """Where the caller says that a model is; what is not said is as the model has it."""
    return {
        "metadata_id": model.metadata_id,
        "storage_path": str(model.storage_path if file_path is None else file_path),
        "storage_group": str(model.storage_group if bucket_name is None else bucket_name),
    }


def _content(model: StoredModel) -> str:
    return f"{model_path(model.metadata_id)}/content"


def _patch(
    name: str, changes: Mapping[str, Any] | None, check: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> dict[str, Any]:
    """The values that are to be set, checked, and None for the keys that are to go."""
    given = checked_mapping(name, changes)
    return {**given, **check({key: value for key, value in given.items() if value is not None})}
