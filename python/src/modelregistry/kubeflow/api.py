"""A client of Kubeflow's REST API: paths, pages, errors. What MLflow makes of the records is the stores' business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

import requests
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INTERNAL_ERROR,
    INVALID_PARAMETER_VALUE,
    NOT_IMPLEMENTED,
    PERMISSION_DENIED,
    REQUEST_LIMIT_EXCEEDED,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
    TEMPORARILY_UNAVAILABLE,
    UNAUTHENTICATED,
)

from modelregistry.kubeflow.properties import sendable
from modelregistry.kubeflow.records import (
    Artifact,
    Experiment,
    ExperimentRun,
    ModelVersion,
    Properties,
    Record,
    RegisteredModel,
)
from modelregistry.settings import Settings
from modelregistry.transport import send

R = TypeVar("R", bound=Record)

_BASE = "/api/model_registry"
_PAGE_SIZE = 1000
_CODES = {
    400: INVALID_PARAMETER_VALUE,
    401: UNAUTHENTICATED,
    403: PERMISSION_DENIED,
    404: RESOURCE_DOES_NOT_EXIST,
    409: RESOURCE_ALREADY_EXISTS,
    422: INVALID_PARAMETER_VALUE,
    429: REQUEST_LIMIT_EXCEEDED,
    501: NOT_IMPLEMENTED,
    503: TEMPORARILY_UNAVAILABLE,
}
_REQUIRED_IN_UPDATES = ("state", "status")


class KubeflowError(MlflowException):
    """An answer that is an error, with MLflow's code for it."""

    def __init__(self, response: requests.Response) -> None:
        """`response` has the HTTP status and, where the API itself answered, its message."""
        super().__init__(_message(response), error_code=_CODES.get(response.status_code, INTERNAL_ERROR))
        self.status = response.status_code


class KubeflowApi:
    """The API of one server: version v1alpha3, which has experiments, or v1 on servers that have no other."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is sent before the first operation."""
        self._settings = settings
        self.registered_models = Collection[RegisteredModel](self, "registered_model")
        self.model_versions = Collection[ModelVersion](self, "model_version", "registered_models/{}/versions")
        self.model_artifacts = Collection[Artifact](self, "model_artifact")
        self.artifacts = Collection[Artifact](self, "artifact")

    @cached_property
    def experiments(self) -> Collection[Experiment]:
        """Raises `MlflowException` on servers that have no experiments."""
        self._require_experiments()
        return Collection[Experiment](self, "experiment")

    @cached_property
    def runs(self) -> Collection[ExperimentRun]:
        """Raises `MlflowException` on servers that have no experiments."""
        self._require_experiments()
        return Collection[ExperimentRun](self, "experiment_run", "experiments/{}/experiment_runs")

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, object] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        """The answer to one request below the API's version; `options` as for `send`. Raises `KubeflowError`."""
        response = send(self._settings, method, f"{self._prefix}/{path}", params=params, json=body, **options)
        if not response.ok:
            raise KubeflowError(response)
        return cast("dict[str, Any]", response.json())

    def pages(self, path: str, **query: str) -> Iterator[Any]:
        """All items of a list, in the order of their ids."""
        params: dict[str, str | int] = {"pageSize": _PAGE_SIZE, "orderBy": "ID", **query}
        while True:
            page = self.request("GET", path, params=params)
            yield from page["items"] or []
            if not page.get("nextPageToken"):
                return
            params["nextPageToken"] = page["nextPageToken"]

    def history(self, run_id: str, name: str) -> Iterator[Artifact]:
        """The points of the metrics of a run whose names are, or on some servers have in them, `name`."""
        self._require_experiments()
        return self.pages(f"experiment_runs/{run_id}/metric_history", name=name)

    @cached_property
    def _prefix(self) -> str:
        newer, older = f"{_BASE}/v1", f"{_BASE}/v1alpha3"
        response = send(self._settings, "GET", f"{older}/registered_models", params={"pageSize": 1})
        if response.status_code in (404, 410):
            return newer
        if not response.ok:
            raise KubeflowError(response)
        return older

    def _require_experiments(self) -> None:
        if self._prefix.endswith("/v1"):
            raise MlflowException(
                f"{self._settings.url} has no experiments and runs: it serves version v1 of Kubeflow's API, and they are in v1alpha3 "
                "alone. Models can be registered there; give another address for tracking (MLFLOW_TRACKING_URI).",
                error_code=NOT_IMPLEMENTED,
            )


class Collection(Generic[R]):
    """The records of one kind."""

    def __init__(self, api: KubeflowApi, singular: str, within: str | None = None) -> None:
        """`singular` is the API's word for one; `within` is the path of those that belong to the parent with the id `{}`."""
        self._api = api
        self._singular = singular
        self._plural = f"{singular}s"
        self._within = within

    def create(self, body: Mapping[str, object]) -> R:
        """The record made; fields that are None are left out. Raises RESOURCE_ALREADY_EXISTS for a name or external id that is in use."""
        return cast("R", self._api.request("POST", self._plural, body=_without_nones(body)))

    def get(self, id: str) -> R:
        """The record with this id. Raises RESOURCE_DOES_NOT_EXIST."""
        try:
            return cast("R", self._api.request("GET", f"{self._plural}/{self._checked(id)}"))
        except KubeflowError as error:
            if error.status != 400:  # a number beyond those that the server gives
                raise
            raise self._unknown(id) from error

    def find(self, name: str, parent_id: str | None = None) -> R | None:
        """The record with exactly this name, of this parent if the kind has parents."""
        params = {"name": name} if parent_id is None else {"name": name, "parentResourceId": parent_id}
        try:
            found = cast("R", self._api.request("GET", self._singular, params=params))
        except KubeflowError as error:
            if error.status not in (400, 404) or not _may_have_missed(error, name):
                if error.status == 404:
                    return None
                raise
            return self._find_in_list(name, parent_id)
        return found if found.get("name") == name else self._find_in_list(name, parent_id)

    def find_external(self, external_id: str) -> R | None:
        """The record with this external id."""
        try:
            return cast("R", self._api.request("GET", self._singular, params={"externalId": external_id}))
        except KubeflowError as error:
            if error.status == 404:
                return None
            raise

    def list(self, parent_id: str | None = None, **query: str) -> Iterator[R]:
        """All records, or those of one parent; `query` narrows them as the API can."""
        path = (
            self._plural if parent_id is None or self._within is None else self._within.format(self._checked(parent_id))
        )
        return self._api.pages(path, **query)

    def artifacts(self, id: str, **query: str) -> Iterator[Artifact]:
        """The artifacts of a version or a run."""
        return self._api.pages(f"{self._plural}/{self._checked(id)}/artifacts", **query)

    def put_artifact(self, id: str, body: Mapping[str, object], **options: Any) -> Artifact:
        """The artifact that a version or a run now has: metrics and parameters replace the one of their name, others are new."""
        path = f"{self._plural}/{self._checked(id)}/artifacts"
        return cast("Artifact", self._api.request("POST", path, body=_without_nones(body), **options))

    def update(self, record: R, changes: Mapping[str, object]) -> R:
        """The record with some fields changed.

        State and status are always sent, as servers set those that are missing back to their defaults.
        """
        kept = {field: value for field, value in record.items() if field in _REQUIRED_IN_UPDATES}
        body = {**kept, **sendable(_properties_of(record), changes)}
        return cast("R", self._api.request("PATCH", f"{self._plural}/{record['id']}", body=_without_nones(body)))

    def _find_in_list(self, name: str, parent_id: str | None) -> R | None:
        return next((record for record in self.list(parent_id) if record.get("name") == name), None)

    def _checked(self, id: str) -> str:
        if id.isascii() and id.isdecimal():
            return id
        raise self._unknown(id)

    def _unknown(self, id: str) -> MlflowException:
        kind = self._singular.replace("_", " ")
        return MlflowException(
            f"There is no {kind} with id {id!r}: this server's ids are numbers.", error_code=RESOURCE_DOES_NOT_EXIST
        )


def _may_have_missed(error: KubeflowError, name: str) -> bool:
    """Whether a search by name says nothing: the name is a pattern to some servers, and they read quotes and backslashes as their own."""
    return "multiple" in error.message or any(character in name for character in "\\'\"")


def _properties_of(record: Record) -> Properties:
    return record.get("customProperties") or {}


def _without_nones(body: Mapping[str, object]) -> dict[str, object]:
    return {field: value for field, value in body.items() if value is not None}


def _message(response: requests.Response) -> str:
    try:
        message = response.json()["message"]
    except (ValueError, KeyError, TypeError):
        message = response.text[:300]
    return f"{message} (HTTP {response.status_code})"
