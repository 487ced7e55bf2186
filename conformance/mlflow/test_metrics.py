"""Metrics: steps, history, and the numbers that JSON has no literal for."""

import math

import mlflow
import pytest
from mlflow.entities import Metric
from support import error_code_of

LARGEST = 1.7976931348623157e308


def test_last_value_is_that_of_the_greatest_step(client, run_id):
    for step, value in ((0, 1.0), (10, 0.1), (5, 0.5)):
        client.log_metric(run_id, "loss", value, timestamp=1000, step=step)
    assert client.get_run(run_id).data.metrics == {"loss": 0.1}


def test_history(client, run_id):
    with mlflow.start_run(run_id=run_id):
        for step in range(5):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
    history = client.get_metric_history(run_id, "loss")
    assert [(point.step, point.value) for point in history] == [(step, 1 / (step + 1)) for step in range(5)]
    assert all(point.key == "loss" and point.timestamp > 0 for point in history)


def test_negative_steps(client, run_id):
    for step in (-3, 0, -1):
        client.log_metric(run_id, "warmup", float(step), timestamp=1000 + step, step=step)
    assert [point.step for point in client.get_metric_history(run_id, "warmup")] == [-3, -1, 0]
    assert client.get_run(run_id).data.metrics["warmup"] == 0.0


def test_not_a_number(client, run_id):
    client.log_metric(run_id, "loss", 0.5, timestamp=1, step=0)
    client.log_metric(run_id, "loss", math.nan, timestamp=2, step=1)
    assert math.isnan(client.get_run(run_id).data.metrics["loss"])
    values = [point.value for point in client.get_metric_history(run_id, "loss")]
    assert values[0] == 0.5
    assert math.isnan(values[1])


def test_infinities_become_the_largest_numbers(client, run_id):
    client.log_metric(run_id, "up", math.inf)
    client.log_metric(run_id, "down", -math.inf)
    assert client.get_run(run_id).data.metrics == {"up": LARGEST, "down": -LARGEST}


@pytest.mark.parametrize("value", [0.1, 1e-300, 5e-324, LARGEST, -0.0, 1 / 3, 2**53 + 1, 123456789.123456789])
def test_value_comes_back_to_the_bit(client, run_id, value):
    client.log_metric(run_id, "exact", value)
    assert client.get_run(run_id).data.metrics["exact"] == float(value)


def test_large_steps_and_times(client, run_id):
    client.log_metric(run_id, "far", 1.0, timestamp=253402300799000, step=2**62)
    (point,) = client.get_metric_history(run_id, "far")
    assert (point.timestamp, point.step) == (253402300799000, 2**62)


def test_same_point_twice_is_one(client, run_id):
    for _ in range(2):
        client.log_metric(run_id, "loss", 0.5, timestamp=1000, step=1)
    assert len(client.get_metric_history(run_id, "loss")) == 1


def test_several_values_at_one_step(client, run_id):
    for timestamp, value in ((1000, 0.9), (2000, 0.1), (1500, 0.5)):
        client.log_metric(run_id, "loss", value, timestamp=timestamp, step=1)
    assert [point.value for point in client.get_metric_history(run_id, "loss")] == [0.9, 0.5, 0.1]
    assert client.get_run(run_id).data.metrics == {"loss": 0.1}


def test_log_metrics(client, run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_metrics({"precision": 0.9, "recall": 1, "f1 score/macro": 0.85}, step=3)
    assert client.get_run(run_id).data.metrics == {"precision": 0.9, "recall": 1.0, "f1 score/macro": 0.85}


def test_history_longer_than_a_page(client, run_id):
    for start in range(0, 26_000, 1000):
        points = [Metric("long", float(step), 1_000_000 + step, step) for step in range(start, start + 1000)]
        client.log_batch(run_id, metrics=points)
    history = client.get_metric_history(run_id, "long")
    assert [point.step for point in history] == list(range(26_000))


def test_history_of_an_unknown_metric_is_empty(client, run_id):
    assert client.get_metric_history(run_id, "never") == []


@pytest.mark.parametrize("key", ["../up", "a//b", "semi;colon", "k" * 251, "."])
def test_keys_that_are_refused(client, run_id, key):
    assert error_code_of(lambda: client.log_metric(run_id, key, 1.0)) == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run_id).data.metrics == {}


def test_run_that_does_not_exist(client):
    assert error_code_of(lambda: client.log_metric("0" * 32, "loss", 1.0)) == "RESOURCE_DOES_NOT_EXIST"
