"""Custom properties: typed values to Kubeflow, text to MLflow, and the names under which MLflow's own facts are kept among them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from typing import Any

from modelregistry.kubeflow.records import Properties

ALIAS_PREFIX = "mlflow.alias."
STAGE = "mlflow.stage"
RUN_ID = "mlflow.run_id"
RUN_LINK = "mlflow.run_link"
MODEL_ID = "mlflow.model_id"
SOURCE = "mlflow__source"
"""The source of a version where it names a logged model or a version, and the artifact has the place of the files."""

_FIELDS = {
    "MetadataStringValue": "string_value",
    "MetadataIntValue": "int_value",
    "MetadataDoubleValue": "double_value",
    "MetadataBoolValue": "bool_value",
    "MetadataStructValue": "struct_value",
}


def string_properties(texts: Mapping[str, str | None]) -> Properties:
    """Properties of type string; those that are None are left out."""
    return {name: _string(text) for name, text in texts.items() if text is not None}


def property_texts(properties: Properties | None) -> dict[str, str]:
    """The text of each property: an int as `5`, a double as `0.5`, a bool as `true`, a struct as its JSON."""
    return {name: _text(value) for name, value in (properties or {}).items()}


def with_changes(
    properties: Properties | None, texts: Mapping[str, str] | None = None, without: Iterable[str] = ()
) -> Properties:
    """The properties with some set to a text and some removed. A value whose text is already the same keeps its type."""
    changed = {name: value for name, value in (properties or {}).items() if name not in set(without)}
    for name, text in (texts or {}).items():
        if name not in changed or _text(changed[name]) != text:
            changed[name] = _string(text)
    return changed


def sendable(current: Properties | None, changes: Mapping[str, object]) -> dict[str, object]:
    """Changes of a record as they can be sent.

    Some servers show structs as plain JSON, which they refuse to take back, and then any change of the record that leaves them out.
    """
    properties: Any = changes.get("customProperties", current) or {}
    mended = {name: _mended(value) for name, value in properties.items()}
    if "customProperties" in changes or mended != properties:
        return {**changes, "customProperties": mended}
    return dict(changes)


def _string(text: str) -> dict[str, Any]:
    return {"metadataType": "MetadataStringValue", "string_value": text}


def _text(value: Mapping[str, Any]) -> str:
    content = value.get(_FIELDS.get(value.get("metadataType", ""), ""), "")
    if isinstance(content, bool):
        return "true" if content else "false"
    return _decoded(content) or content if "struct_value" in value else str(content)


def _mended(value: dict[str, Any]) -> dict[str, Any]:
    struct = value.get("struct_value")
    if not isinstance(struct, str) or _decoded(struct) is not None:
        return value
    return {**value, "struct_value": base64.b64encode(struct.encode()).decode()}


def _decoded(struct: str) -> str | None:
    """The JSON in a struct's base64; None if it is not that."""
    try:
        text = base64.b64decode(struct, validate=True).decode()
        json.loads(text)
    except (binascii.Error, ValueError):
        return None
    return text
