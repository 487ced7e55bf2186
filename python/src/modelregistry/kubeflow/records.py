"""What Kubeflow's API sends: the fields that these stores read. Ids and times (milliseconds since 1970) are decimal text."""

from __future__ import annotations

from typing import Any, TypedDict

Properties = dict[str, dict[str, Any]]
"""Custom properties: by name, a value with its `metadataType`."""


class _Identified(TypedDict):
    id: str


class Record(_Identified, total=False):
    """What all records have."""

    name: str
    description: str
    externalId: str
    customProperties: Properties
    createTimeSinceEpoch: str
    lastUpdateTimeSinceEpoch: str
    state: str


class RegisteredModel(Record, total=False):
    """`owner` is who made it."""

    owner: str


class ModelVersion(Record, total=False):
    """The name is what MLflow calls the version."""

    registeredModelId: str
    author: str


class Experiment(Record, total=False):
    """`externalId` is the location of its artifacts, where an MLflow client made it."""

    owner: str


class ExperimentRun(Record, total=False):
    """`externalId` is the location of its artifacts, where an MLflow client made it."""

    experimentId: str
    startTimeSinceEpoch: str
    endTimeSinceEpoch: str
    status: str
    owner: str


class Artifact(Record, total=False):
    """A model, dataset, metric or parameter, as `artifactType` says; a field of another type is absent."""

    artifactType: str
    experimentId: str
    experimentRunId: str
    uri: str
    value: Any
    timestamp: str
    step: int
    digest: str
    sourceType: str
    source: str
    schema: str
    profile: str


def milliseconds(text: str | None) -> int | None:
    """A time of the API as MLflow has it; None where there is none."""
    return int(text) if text else None
