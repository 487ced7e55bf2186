"""What the tests share besides fixtures: the contract on the wire, unique names, custom properties."""

import base64
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import requests

MISSING = "2000000000"
"""An id that is well formed and that no server has reached."""

CODES = {400: "Bad Request", 404: "Not Found", 409: "Conflict", 422: "Bad Request"}
ENDINGS = {404: ": not found", 409: " already exists: conflict", 422: " is zero value."}
"""What programs look for in messages; their other words are each server's own."""

NEEDED = {"model-artifact": {"uri": "s3://bucket/model"}, "metric": {"value": 0.5}, "parameter": {"value": "0.5"}}
ARTIFACT_TYPES = ("model-artifact", "doc-artifact", "dataset-artifact", "metric", "parameter")


def upstream_defect(what: str) -> pytest.MarkDecorator:
    """The test states what is right; the Go server does otherwise, so with `--official` it is expected to fail."""
    return pytest.mark.upstream_defect(what)


def unique_name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def prop(value: Any) -> dict:
    """A custom property of the kind that belongs to the Python type; dicts and lists become structs."""
    if isinstance(value, bool):
        return {"bool_value": value, "metadataType": "MetadataBoolValue"}
    if isinstance(value, int):
        return {"int_value": str(value), "metadataType": "MetadataIntValue"}
    if isinstance(value, float):
        return {"double_value": value, "metadataType": "MetadataDoubleValue"}
    if isinstance(value, str):
        return {"string_value": value, "metadataType": "MetadataStringValue"}
    return {
        "struct_value": base64.b64encode(json.dumps(value).encode()).decode(),
        "metadataType": "MetadataStructValue",
    }


def props(**values: Any) -> dict:
    return {name: prop(value) for name, value in values.items()}


def artifact(kind: str, name: str | None = None, **fields: Any) -> dict:
    """The body of an artifact of any type, with what its type, or the Python client that lists it, needs."""
    return {"artifactType": kind, "name": name or unique_name(kind), **NEEDED.get(kind, {}), **fields}


class Api:
    """The API without a client: paths are those after the prefix, queries are keywords, a text body goes as it is."""

    def __init__(self, url: str, prefix: str):
        self.address = f"{url}{prefix}"
        self.session = requests.Session()

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        data = body if isinstance(body, str | None) else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        return self.session.request(method, self.address + path, data=data, params=query, headers=headers, timeout=20)

    def get(self, path: str, **query: Any) -> dict:
        return self._expect(200, "GET", path, None, query)

    def create(self, path: str, body: Any) -> dict:
        return self._expect(201, "POST", path, body, {})

    def upsert(self, path: str, body: Any) -> dict:
        """Posts an artifact, which may create one or update one."""
        answer = self.send("POST", path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def update(self, path: str, body: Any) -> dict:
        return self._expect(200, "PATCH", path, body, {})

    def refused(self, status: int, method: str, path: str, body: Any = None, **query: Any) -> str:
        """Sends what must fail in that way; returns the message, whose end is a part of the contract for some."""
        answer = self.send(method, path, body, **query)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
        error = answer.json()
        assert error.keys() == {"code", "message"}
        assert error["code"] == CODES[status]
        assert error["message"].endswith(ENDINGS.get(status, ""))
        return error["message"]

    def status(self, method: str, path: str, body: Any = None, **query: Any) -> int:
        return self.send(method, path, body, **query).status_code

    def names(self, path: str, **query: Any) -> list[str]:
        return [item["name"] for item in self.get(path, **query)["items"]]

    def pages(self, path: str, **query: Any) -> Iterator[dict]:
        """Every page of a list, following the tokens."""
        page = self.get(path, **query)
        yield page
        while page["nextPageToken"]:
            page = self.get(path, **query, nextPageToken=page["nextPageToken"])
            yield page

    def _expect(self, status: int, method: str, path: str, body: Any, query: dict) -> dict:
        answer = self.send(method, path, body, **query)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


def changes(before: dict, after: dict) -> set[str]:
    """The fields that differ between two answers about one record, leaving out the time of the last update."""
    keys = (before.keys() | after.keys()) - {"lastUpdateTimeSinceEpoch"}
    return {key for key in keys if before.get(key) != after.get(key)}
