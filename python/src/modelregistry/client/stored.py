"""What the registry says of a model and its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class StoredModel(dict[str, Any]):
    """A model version with files: a `dict` of the server's answer, so `model["storage_path"]`, with a typed attribute for each field."""

    @property
    def metadata_id(self) -> str:
        """The number by which the registry knows it."""
        return str(self["metadata_id"])

    @property
    def id(self) -> str | None:
        """The id that its maker chose, where one was chosen."""
        return self._text("id")

    @property
    def name(self) -> str:
        """Of the registered model."""
        return str(self["name"])

    @property
    def version(self) -> str:
        """The version's own name, such as `1.0.0`."""
        return str(self["version"])

    @property
    def version_number(self) -> int:
        """Counts the versions of the name from 1: `models:/name/1` for MLflow."""
        return int(self["version_number"])

    @property
    def file_extension(self) -> str:
        """Without a dot; empty for a folder."""
        return self._text("file_extension") or ""

    @property
    def file_name(self) -> str | None:
        """Of the one file."""
        return self._text("file_name")

    @property
    def storage_group(self) -> str | None:
        """The group of models that it was put into."""
        return self._text("storage_group")

    @property
    def storage_path(self) -> str | None:
        """Where in the registry its file or folder is; None where its files are elsewhere."""
        return self._text("storage_path")

    @property
    def uri(self) -> str | None:
        """From where any client can take the bytes."""
        return self._text("uri")

    @property
    def description(self) -> str | None:
        """What it is, in words."""
        return self._text("description")

    @property
    def framework(self) -> str | None:
        """What it was made with."""
        return self._text("framework")

    @property
    def author(self) -> str | None:
        """Who made it."""
        return self._text("author")

    @property
    def metrics(self) -> dict[str, float]:
        """How good it is."""
        return dict(self.get("metrics") or {})

    @property
    def parameters(self) -> dict[str, Any]:
        """How it was made."""
        return dict(self.get("parameters") or {})

    @property
    def tags(self) -> dict[str, str]:
        """Text under keys."""
        return dict(self.get("tags") or {})

    @property
    def is_folder(self) -> bool:
        """Whether it is several files rather than one."""
        return bool(self.get("is_folder"))

    @property
    def size(self) -> int | None:
        """Bytes, of all files; None where they are elsewhere."""
        size = self.get("size")
        return None if size is None else int(size)

    @property
    def sha256(self) -> str | None:
        """Of the one file, in lower-case hexadecimal."""
        return self._text("sha256")

    @property
    def stage(self) -> str | None:
        """None, Staging, Production or Archived: MLflow's older way to mark versions."""
        return self._text("stage")

    @property
    def aliases(self) -> list[str]:
        """Names on the registered model that point to this version."""
        return list(self.get("aliases") or [])

    @property
    def facts(self) -> dict[str, Any] | None:
        """What the files say about themselves, such as their format."""
        return self.get("facts")

    @property
    def creation_timestamp(self) -> int:
        """Milliseconds since 1970."""
        return int(self["creation_timestamp"])

    @property
    def last_updated_timestamp(self) -> int:
        """Milliseconds since 1970."""
        return int(self["last_updated_timestamp"])

    def _text(self, field: str) -> str | None:
        value = self.get(field)
        return None if value is None else str(value)


UploadResponse = StoredModel
"""What `upload_model` gives: the whole stored model, its `metadata_id` first of all."""


@dataclass(frozen=True)
class StoredFile:
    """One file of a model."""

    path: str
    """Below the model's folder, with slashes."""
    size: int
    """Bytes."""
    sha256: str
    """In lower-case hexadecimal."""
    url: str
