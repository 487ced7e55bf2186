"""What is said of a model when it is uploaded."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from modelregistry.client.exceptions import InvalidValueError

_TEXTS = ("id", "name", "version", "file_extension", "storage_group", "description", "framework", "author")


@dataclass(kw_only=True)
class ModelMetadata:
    """Name, version and all else that is known of a model. Raises `InvalidValueError` for a value of the wrong type.

    What is left out, or None, is for the server to choose.
    """

    name: str
    """Of the registered model; it is made where there is none."""
    id: str | None = None
    """An id of your own, which no other model may have."""
    version: str | None = None
    """Such as `1.0.0`; by default the version's number, which counts from 1."""
    file_extension: str | None = None
    """Without a dot; by default that of the path that is uploaded, else `bin`."""
    storage_group: str | None = None
    """By default `models`."""
    description: str | None = None
    framework: str | None = None
    author: str | None = None
    """Who made it; by default the author of the address or of the environment."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Finite numbers."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Any JSON; what is None is left out."""
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in _TEXTS:
            _check_text(name, getattr(self, name))
        self.metrics = checked_metrics(self.metrics)
        given = checked_mapping("parameters", self.parameters)
        self.parameters = checked_parameters({key: value for key, value in given.items() if value is not None})
        self.tags = checked_tags(self.tags)

    def to_fields(self) -> dict[str, Any]:
        """What is said, as the server takes it."""
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in said.items() if value is not None and value != {}}


def metadata_of(given: ModelMetadata | Mapping[str, Any]) -> ModelMetadata:
    """The metadata that a caller means. Raises `InvalidValueError` for what is none, and for fields that there are not."""
    if isinstance(given, ModelMetadata):
        return given
    if not isinstance(given, Mapping):
        raise InvalidValueError(
            f"metadata: give a ModelMetadata or a dict, not {_type(given)}: ModelMetadata(name=…)", field="metadata"
        )
    known = [each.name for each in fields(ModelMetadata)]
    for name in given:
        if name not in known:
            raise InvalidValueError(f"{name}: there is no such field: there are {', '.join(known)}", field=str(name))
    if "name" not in given:
        raise InvalidValueError("name: every model needs one", field="name")
    return ModelMetadata(**given)


def checked_metrics(metrics: Mapping[str, float] | None) -> dict[str, float]:
    """The metrics as JSON numbers: those of NumPy become plain ones."""
    return {key: _number(f"metrics.{key}", value) for key, value in checked_mapping("metrics", metrics).items()}


def checked_parameters(parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    """The parameters, of which each is something that JSON has."""
    checked = checked_mapping("parameters", parameters)
    for key, value in checked.items():
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidValueError(
                f"parameters.{key}: JSON has no such value ({error})", field=f"parameters.{key}"
            ) from error
    return checked


def checked_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """The tags, of which each is text."""
    checked = checked_mapping("tags", tags)
    for key, value in checked.items():
        _check_text(f"tags.{key}", value, required=True)
    return checked


def checked_mapping(name: str, value: Mapping[str, Any] | None) -> dict[str, Any]:
    """A dict with text as its keys; an empty one for None."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidValueError(f"{name}: give a dict, not {_type(value)}", field=name)
    for key in value:
        _check_text(f"a key of {name}", key, required=True)
    return dict(value)


def _check_text(name: str, value: object, required: bool = False) -> None:
    if name == "name" or required:
        if not isinstance(value, str):
            raise InvalidValueError(f"{name}: give text, not {_type(value)}", field=name)
    elif value is not None and not isinstance(value, str):
        raise InvalidValueError(f"{name}: give text, or None, not {_type(value)}", field=name)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not hasattr(value, "__float__"):
        raise InvalidValueError(f"{name}: give a number, not {_type(value)}", field=name)
    number = value if isinstance(value, int) else float(value)
    if not math.isfinite(number):
        raise InvalidValueError(f"{name}: give a finite number, not {number}", field=name)
    return number


def _type(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
