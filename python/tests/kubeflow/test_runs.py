"""Runs over Kubeflow's API, through MLflow's client and its fluent API."""

from __future__ import annotations

import math
import threading
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

from modelregistry.kubeflow.api import KubeflowApi


@pytest.fixture
def experiment(client: MlflowClient, name: str) -> str:
    """The id of a new experiment."""
    return client.create_experiment(name)


@pytest.fixture
def run(client: MlflowClient, experiment: str) -> str:
    """The id of a new run."""
    return client.create_run(experiment, run_name="first").info.run_id


def test_a_run_of_the_fluent_api(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    mlflow.set_experiment(name)
    with mlflow.start_run(run_name="base", description="a note", tags={"k": "v"}) as active:
        mlflow.log_params({"lr": 0.1, "layers": "3"})
        for step in range(3):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.log_metrics({"acc": 0.5, "val_acc": 0.25}, step=2)
    run = client.get_run(active.info.run_id)
    assert run.data.params == {"lr": "0.1", "layers": "3"}
    assert run.data.metrics == {"loss": 1 / 3, "acc": 0.5, "val_acc": 0.25}
    assert run.data.tags["k"] == "v"
    assert run.data.tags["mlflow.note.content"] == "a note"
    assert (run.info.run_name, run.data.tags["mlflow.runName"], run.info.status) == ("base", "base", "FINISHED")
    assert run.info.end_time >= run.info.start_time
    record = api.runs.get(run.info.run_id)
    assert (record.get("description"), record.get("externalId")) == ("a note", run.info.artifact_uri)


def test_files_are_where_the_experiment_says(tmp_path: Path, name: str) -> None:
    mlflow.create_experiment(name, artifact_location=str(tmp_path / "files"))
    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        mlflow.log_text("hello", "notes/a.txt")
        assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/notes/a.txt") == "hello"
    assert (tmp_path / "files" / run.info.run_id / "notes" / "a.txt").read_text() == "hello"


def test_the_author_is_the_owner(client: MlflowClient, api: KubeflowApi, run: str) -> None:
    assert api.runs.get(run).get("owner") == "ann"
    assert client.get_run(run).info.user_id == "ann"
    assert client.get_run(run).data.tags["mlflow.user"] == "ann"


def test_names_of_runs_repeat_and_change(client: MlflowClient, experiment: str, run: str) -> None:
    other = client.create_run(experiment, run_name="first")
    assert other.info.run_name == "first"
    assert other.info.run_id != run
    client.update_run(run, name="second")
    client.set_tag(other.info.run_id, "mlflow.runName", "third")
    assert [client.get_run(id).info.run_name for id in (run, other.info.run_id)] == ["second", "third"]
    assert client.get_run(run).data.tags["mlflow.runName"] == "second"


def test_a_finished_run_stays_finished(client: MlflowClient, run: str) -> None:
    client.set_terminated(run, "KILLED", end_time=9_999_999_999_999)
    client.set_tag(run, "after", "1")
    client.delete_run(run)
    client.restore_run(run)
    info = client.get_run(run).info
    assert (info.status, info.end_time, info.lifecycle_stage) == ("KILLED", 9_999_999_999_999, "active")


def test_a_deleted_run_takes_nothing(client: MlflowClient, experiment: str, run: str) -> None:
    client.delete_run(run)
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    for log in (lambda: client.log_metric(run, "a", 1), lambda: client.set_tag(run, "a", "1")):
        with pytest.raises(MlflowException, match="deleted") as raised:
            log()
        assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.search_runs([experiment]) == []
    assert len(client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)) == 1


def test_a_param_is_written_once(client: MlflowClient, run: str) -> None:
    client.log_param(run, "lr", "0.1")
    client.log_param(run, "lr", "0.1")
    with pytest.raises(MlflowException, match="not allowed") as raised:
        client.log_param(run, "lr", "0.2")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run).data.params == {"lr": "0.1"}


def test_a_batch_keeps_all_points_in_order(client: MlflowClient, run: str) -> None:
    points = [Metric(key, step / 10, 1_000 + step, step) for step in range(20) for key in ("loss", "val_loss", "loss2")]
    params = [Param(f"p{number}", str(number)) for number in range(20)]
    client.log_batch(run, list(reversed(points)), params, [RunTag("a", "1"), RunTag("b", "2")])
    history = client.get_metric_history(run, "loss")
    assert [(point.step, point.timestamp, point.value) for point in history] == [
        (step, 1_000 + step, step / 10) for step in range(20)
    ]
    data = client.get_run(run).data
    assert data.metrics == {"loss": 1.9, "val_loss": 1.9, "loss2": 1.9}
    assert data.params == {param.key: param.value for param in params}
    assert (data.tags["a"], data.tags["b"]) == ("1", "2")


def test_points_of_one_millisecond_are_all_kept(client: MlflowClient, run: str) -> None:
    for step in range(30):
        client.log_metric(run, "loss", step, timestamp=5, step=step)
    assert [point.step for point in client.get_metric_history(run, "loss")] == list(range(30))


def test_the_value_is_that_of_the_greatest_step(client: MlflowClient, run: str) -> None:
    for step, value in [(-1, 5.0), (3, 1.0), (2, 9.0)]:
        client.log_metric(run, "loss", value, timestamp=7, step=step)
    assert client.get_run(run).data.metrics == {"loss": 1.0}


def test_a_point_that_comes_twice_is_one(client: MlflowClient, run: str) -> None:
    for _ in range(2):
        client.log_metric(run, "loss", 1, timestamp=7, step=1)
    assert len(client.get_metric_history(run, "loss")) == 1


def test_tags_set_at_once_are_all_kept(client: MlflowClient, run: str) -> None:
    threads = [threading.Thread(target=client.set_tag, args=(run, f"t{number}", number)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tags = client.get_run(run).data.tags
    assert {key: text for key, text in tags.items() if key.startswith("t")} == {f"t{n}": str(n) for n in range(8)}


def test_infinities_are_the_largest_numbers_and_nan_is_refused(client: MlflowClient, run: str) -> None:
    client.log_metric(run, "up", math.inf)
    client.log_metric(run, "down", -math.inf)
    assert client.get_run(run).data.metrics == {"up": 1.7976931348623157e308, "down": -1.7976931348623157e308}
    with pytest.raises(MlflowException, match="NaN") as raised:
        client.log_metric(run, "nan", math.nan)
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_tag_is_removed(client: MlflowClient, run: str) -> None:
    client.set_tag(run, "a", "1")
    client.delete_tag(run, "a")
    assert "a" not in client.get_run(run).data.tags
    with pytest.raises(MlflowException, match="No tag") as raised:
        client.delete_tag(run, "a")
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_properties_of_others_keep_their_types(client: MlflowClient, api: KubeflowApi, run: str) -> None:
    count = {"metadataType": "MetadataIntValue", "int_value": "5"}
    api.runs.update(api.runs.get(run), {"customProperties": {"count": count}})
    client.set_tag(run, "a", "1")
    assert api.runs.get(run).get("customProperties", {})["count"] == count
    assert client.get_run(run).data.tags["count"] == "5"


@pytest.fixture(params=[3, 12], ids=["few runs", "many runs"])
def searched(request: pytest.FixtureRequest, client: MlflowClient, experiment: str) -> tuple[str, int]:
    """An experiment, and how many runs it has: the n-th has loss n, the param `p` as n % 3, the tag `t` as n % 2."""
    for number in range(request.param):
        run = client.create_run(experiment, start_time=number + 1, run_name=f"run-{number}")
        client.log_metric(run.info.run_id, "loss", number)
        client.log_param(run.info.run_id, "p", number % 3)
        client.set_tag(run.info.run_id, "t", number % 2)
    return experiment, request.param


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("", lambda number: True),
        ("metrics.loss < 2", lambda number: number < 2),
        ("params.p = '1'", lambda number: number % 3 == 1),
        ("tags.t = '1'", lambda number: number % 2 == 1),
        ("attributes.run_name LIKE 'run-%' AND metrics.loss >= 1", lambda number: number >= 1),
        ("attributes.start_time <= 2", lambda number: number < 2),
        ("metrics.nothing > 0", lambda number: False),
    ],
)
def test_search_by(client: MlflowClient, searched: tuple[str, int], filter_string: str, expected) -> None:
    experiment, count = searched
    found = client.search_runs([experiment], filter_string, order_by=["metrics.loss DESC"])
    assert [run.data.metrics["loss"] for run in found] == [n for n in reversed(range(count)) if expected(n)]
    assert all(run.data.params["p"] == str(int(run.data.metrics["loss"]) % 3) for run in found)


def test_search_in_pages(client: MlflowClient, searched: tuple[str, int]) -> None:
    experiment, count = searched
    found, token = [], None
    while page := client.search_runs([experiment], max_results=2, order_by=["start_time ASC"], page_token=token):
        found += page
        if (token := page.token) is None:
            break
    assert [run.data.metrics["loss"] for run in found] == list(range(count))


def test_search_runs_of_several_experiments(client: MlflowClient, name: str) -> None:
    experiments = [client.create_experiment(f"{name}-{number}") for number in range(2)]
    for id in experiments:
        client.create_run(id)
    assert {run.info.experiment_id for run in client.search_runs(experiments)} == set(experiments)


@pytest.mark.parametrize("id", ["999999", "99999999999", "0" * 32, "abc"])
def test_there_is_no_such_run(client: MlflowClient, id: str) -> None:
    with pytest.raises(MlflowException, match="not found") as raised:
        client.get_run(id)
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_traces_are_refused_by_name(client: MlflowClient, experiment: str) -> None:
    with pytest.raises(MlflowException, match=r"^search_traces: not possible on this server") as raised:
        client.search_traces(experiment_ids=[experiment])
    assert raised.value.error_code == "NOT_IMPLEMENTED"
