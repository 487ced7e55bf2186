"""Metadata that fits the bytes that come with it."""

import json

# They promise what the bytes are.
PROMISES = ("sha256", "unpack")
MAPS = ("metrics", "parameters", "tags")


def complete_upload(case):
    """Of a model that is uploaded or changed: a schema knows neither the bytes, nor that a key has a character."""
    if not case.path.startswith("/api/v1/models"):
        return
    if isinstance(case.body, dict):
        case.body = fitting(case.body)
    if case.method == "POST" and isinstance(case.query, dict):
        case.query["metadata"] = json.dumps(fitting(given_metadata(case)))


def given_metadata(case):
    try:
        metadata = json.loads(case.query.get("metadata", "{}"))
    except (TypeError, ValueError):
        metadata = {}
    return {"name": "drawn", **metadata} if isinstance(metadata, dict) else {"name": "drawn"}


def fitting(metadata):
    kept = {name: value for name, value in metadata.items() if name not in PROMISES}
    if isinstance(kept.get("metadata"), dict):
        kept["metadata"] = fitting(kept["metadata"])
    for name in MAPS:
        if isinstance(kept.get(name), dict):
            kept[name] = {key: value for key, value in kept[name].items() if key and not key.startswith("modelregistry.")}
    return kept
