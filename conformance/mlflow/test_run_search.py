"""search_runs: the filter grammar, order, pages, and the data frame people work with."""

import math

import mlflow
import pandas as pd
import pytest
from mlflow.entities import Metric, Param, RunTag
from support import error_code_of, unique_name

RUNS = [  # name, loss, accuracy, model, team, status
    ("one", 0.1, 0.95, "tree", "vision", "FINISHED"),
    ("two", 0.2, 0.90, "Tree", "vision", "FAILED"),
    ("three", 0.3, None, "linear", "text", "FINISHED"),
    ("four", math.nan, 0.80, "deep net", None, "KILLED"),
]


@pytest.fixture(scope="module")
def searched(client):
    experiment = client.create_experiment(unique_name("searched"))
    for position, (name, loss, accuracy, kind, team, status) in enumerate(RUNS):
        run = client.create_run(experiment, start_time=1_000_000 + position, run_name=name).info.run_id
        metrics = [Metric("loss", loss, 1, 0)] + ([Metric("val accuracy", accuracy, 1, 0)] if accuracy else [])
        tags = [RunTag("team", team), RunTag("mlflow.user", "ann")] if team else []
        client.log_batch(run, metrics, [Param("model", kind), Param("batch.size", str(position))], tags)
        client.set_terminated(run, status, end_time=2_000_000 + position)
    return experiment


def names(client, experiment, condition="", **options):
    return [run.info.run_name for run in client.search_runs([experiment], condition, **options)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", ["four", "three", "two", "one"]),
        ("metrics.loss < 0.25", ["two", "one"]),
        ("metrics.loss >= 0.2 AND metrics.loss <= 0.3", ["three", "two"]),
        ("metrics.loss = 0.1", ["one"]),
        ("metrics.`val accuracy` > 0.85", ["two", "one"]),
        ('metrics."val accuracy" > 0.85', ["two", "one"]),
        ("params.model = 'tree'", ["one"]),
        ("params.model LIKE '%ree'", ["two", "one"]),
        ("params.model ILIKE 'TREE'", ["two", "one"]),
        ("params.model != 'tree'", ["four", "three", "two"]),
        ('params.model = "deep net"', ["four"]),
        ("params.`batch.size` = '2'", ["three"]),
        ("tags.team = 'vision' and metrics.loss > 0.1", ["two"]),
        ("tags.team != 'vision'", ["three"]),
        ("tags.team IS NULL", ["four"]),
        ("tags.team IS NOT NULL", ["three", "two", "one"]),
        ("attributes.status = 'FINISHED'", ["three", "one"]),
        ("status != 'FINISHED'", ["four", "two"]),
        ("run_name = 'two'", ["two"]),
        ("attributes.run_name LIKE 't%'", ["three", "two"]),
        ("start_time >= 1000002", ["four", "three"]),
        ("attributes.end_time < 2000001", ["one"]),
        ("metrics.absent > 0", []),
        ("run_name = 'it''s'", []),
    ],
)
def test_conditions(client, searched, condition, expected):
    assert names(client, searched, condition) == expected


def test_by_run_id(client, searched):
    ids = {run.info.run_name: run.info.run_id for run in client.search_runs([searched])}
    assert names(client, searched, f"run_id = '{ids['two']}'") == ["two"]
    assert names(client, searched, f"run_id IN ('{ids['one']}', '{ids['three']}')") == ["three", "one"]
    assert names(client, searched, f"run_id NOT IN ('{ids['one']}', '{ids['three']}')") == ["four", "two"]
    assert names(client, searched, f"artifact_uri LIKE '%{ids['two']}%'") == ["two"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["metrics.loss"], ["one", "two", "three", "four"]),
        (["metrics.loss DESC"], ["three", "two", "one", "four"]),
        (["metrics.`val accuracy` ASC"], ["four", "two", "one", "three"]),
        (["params.model DESC"], ["one", "three", "four", "two"]),
        (["tags.team", "start_time ASC"], ["three", "one", "two", "four"]),
        (["attributes.start_time ASC"], ["one", "two", "three", "four"]),
        (["status ASC", "start_time ASC"], ["two", "one", "three", "four"]),
    ],
)
def test_order(client, searched, order, expected):
    assert names(client, searched, order_by=order) == expected


def test_pages(client, searched):
    first = client.search_runs([searched], max_results=3, order_by=["metrics.loss ASC"])
    second = client.search_runs([searched], max_results=3, order_by=["metrics.loss ASC"], page_token=first.token)
    assert [run.info.run_name for run in [*first, *second]] == ["one", "two", "three", "four"]
    assert not second.token


def test_data_frame(searched):
    frame = mlflow.search_runs([searched], order_by=["start_time ASC"])
    assert list(frame["tags.mlflow.runName"]) == ["one", "two", "three", "four"]
    assert list(frame["metrics.loss"][:3]) == [0.1, 0.2, 0.3]
    assert math.isnan(frame["metrics.loss"][3])
    assert pd.isna(frame["metrics.val accuracy"][2])
    assert list(frame["params.model"]) == ["tree", "Tree", "linear", "deep net"]
    assert list(frame["status"]) == ["FINISHED", "FAILED", "FINISHED", "KILLED"]
    assert frame["start_time"][0].timestamp() == 1000
    assert frame["tags.team"][3] is None or pd.isna(frame["tags.team"][3])


def test_across_experiments(client, searched, experiment_id):
    client.create_run(experiment_id, run_name="elsewhere")
    found = mlflow.search_runs([searched, experiment_id], max_results=2, output_format="list")
    assert [run.info.run_name for run in found] == ["elsewhere", "four"]
    name = client.get_experiment(experiment_id).name
    assert len(mlflow.search_runs(experiment_names=[name])) == 1


def test_pages_of_many_runs(client, experiment_id):
    for start in range(1, 31):
        client.create_run(experiment_id, start_time=start)
    seen, token = [], None
    while True:
        page = client.search_runs([experiment_id], max_results=7, page_token=token)
        seen += [run.info.start_time for run in page]
        token = page.token
        if not token:
            break
    assert seen == list(range(30, 0, -1))


@pytest.mark.parametrize(
    "condition",
    [
        "metrics.loss > 'high'",
        "params.model > 'a'",
        "params.model = tree",
        "colour.x = '1'",
        "status ~ 'x'",
        "metrics.loss >",
    ],
)
def test_broken_filters(client, searched, condition):
    assert error_code_of(lambda: client.search_runs([searched], condition)) == "INVALID_PARAMETER_VALUE"


def test_broken_order(client, searched):
    assert error_code_of(lambda: client.search_runs([searched], order_by=["colour ASC"])) == "INVALID_PARAMETER_VALUE"
