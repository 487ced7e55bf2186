"""What is said of a model, before anything is sent."""

import math
from typing import Any

import pytest

from modelregistry.client import ModelMetadata
from modelregistry.client.exceptions import InvalidValueError
from modelregistry.client.metadata import metadata_of


def test_only_what_is_said_is_sent() -> None:
    assert ModelMetadata(name="churn").to_fields() == {"name": "churn"}
    said = {
        "name": "churn",
        "id": "a",
        "version": "1",
        "file_extension": "pkl",
        "storage_group": "ml",
        "framework": "f",
        "author": "Ada",
    }
    kept = {
        "description": "",
        "metrics": {"auc": 0.5, "n": 3},
        "parameters": {"a": [1, {"b": False}]},
        "tags": {"k": ""},
    }
    assert ModelMetadata(**said, **kept).to_fields() == said | kept
    assert metadata_of(said | kept) == ModelMetadata(**said, **kept)


def test_parameters_that_are_none_are_left_out() -> None:
    """As many of scikit-learn's are."""
    assert ModelMetadata(name="a", parameters={"depth": None, "n": 1}).to_fields()["parameters"] == {"n": 1}


def test_numbers_of_other_kinds_become_plain_ones() -> None:
    numpy = pytest.importorskip("numpy")
    metrics = ModelMetadata(name="a", metrics={"auc": numpy.float32(0.5), "n": numpy.int64(3)}).metrics
    assert metrics == {"auc": 0.5, "n": 3}
    assert {type(value) for value in metrics.values()} == {float}


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", 7, "name"),
        ("name", None, "name"),
        ("id", 7, "id"),
        ("version", 1.0, "version"),
        ("file_extension", b"pkl", "file_extension"),
        ("storage_group", ["a"], "storage_group"),
        ("description", {}, "description"),
        ("framework", True, "framework"),
        ("metrics", [1], "metrics"),
        ("metrics", {"auc": "0.9"}, "metrics.auc"),
        ("metrics", {"auc": True}, "metrics.auc"),
        ("metrics", {"auc": None}, "metrics.auc"),
        ("metrics", {"auc": math.nan}, "metrics.auc"),
        ("metrics", {"auc": math.inf}, "metrics.auc"),
        ("metrics", {1: 2.0}, "a key of metrics"),
        ("parameters", "depth=3", "parameters"),
        ("parameters", {"depth": object()}, "parameters.depth"),
        ("parameters", {"depth": math.nan}, "parameters.depth"),
        ("tags", {"k": 1}, "tags.k"),
        ("tags", {"k": None}, "tags.k"),
    ],
)
def test_what_is_wrong_is_named(field: str, value: Any, named: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^{named}: ") as raised:
        ModelMetadata(**{"name": "a", field: value})
    assert raised.value.field == named
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("given", "named"), [({}, "name"), ({"name": "a", "nmae": "b"}, "nmae"), ("churn", "metadata"), (None, "metadata")]
)
def test_dicts_are_checked_too(given: Any, named: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        metadata_of(given)
    assert raised.value.field == named
