"""What MLflow logs is read through Kubeflow's experiment runs."""

import mlflow
import pandas as pd
import pytest
from mlflow.entities import Metric, Param, RunTag
from mr_openapi import ExperimentRunState
from support import history, logs, properties, run_named, status_of


@pytest.fixture
def run(mlflow_client, experiment_id):
    """A finished run with a bit of everything."""
    data = pd.DataFrame({"x": [1, 2], "y": [3, 4]})
    with mlflow.start_run(run_name="teacher", description="from MLflow") as active:
        mlflow.log_params({"optimizer": "adam", "lr": 0.1})
        for step, loss in enumerate([0.9, 0.5, 0.25]):
            mlflow.log_metric("loss", loss, step=step, timestamp=1_700_000_000_000 + step)
        mlflow.log_metric("accuracy", 0.75)
        mlflow.set_tag("team", "growth")
        mlflow.log_input(mlflow.data.from_pandas(data, name="train", source="s3://bucket/train.csv"), context="training")
    return mlflow_client.get_run(active.info.run_id)


def test_the_run_itself(kubeflow, run):
    seen = run_named(kubeflow, run.info.experiment_id, "teacher")
    assert (seen.status, seen.state, seen.description) == ("FINISHED", ExperimentRunState.LIVE, "from MLflow")
    assert (seen.experiment_id, seen.owner) == (run.info.experiment_id, run.info.user_id)
    assert seen.start_time_since_epoch == str(run.info.start_time)
    assert seen.end_time_since_epoch == str(run.info.end_time)
    assert properties(seen)["team"] == "growth"
    assert "mlflow.runName" not in properties(seen)


def test_params_metrics_and_datasets_as_kubeflows_users_read_them(kubeflow, run):
    seen = run_named(kubeflow, run.info.experiment_id, "teacher")
    found = {log.name: log for log in kubeflow.registry.get_experiment_run_logs(run_id=seen.id)}
    assert {name: type(log).__name__ for name, log in found.items()} == {
        "optimizer": "Parameter", "lr": "Parameter", "loss": "Metric", "accuracy": "Metric", "train": "DataSet",
    }  # fmt: skip
    assert (found["optimizer"].value, found["lr"].value, found["lr"].parameter_type) == ("adam", "0.1", "string")
    assert (found["loss"].value, found["loss"].step, found["loss"].timestamp) == (0.25, 2, "1700000000002")
    assert found["loss"].experiment_run_id == seen.id
    [dataset_input] = run.inputs.dataset_inputs
    dataset = dataset_input.dataset
    assert (found["train"].digest, found["train"].source_type) == (dataset.digest, dataset.source_type)
    assert (found["train"].source, found["train"].schema) == (dataset.source, dataset.schema)


def test_the_history_of_a_metric(kubeflow, run):
    seen = run_named(kubeflow, run.info.experiment_id, "teacher")
    assert history(kubeflow, seen.id, "loss") == [(0, 0.9), (1, 0.5), (2, 0.25)]
    points = kubeflow.all("get_experiment_run_metric_history", seen.id, name="loss", step_ids="0,2")
    assert [(point.step, point.timestamp) for point in points] == [(0, "1700000000000"), (2, "1700000000002")]
    assert history(kubeflow, seen.id, "los") == []


def test_the_history_of_all_runs(mlflow_client, kubeflow, experiment_id):
    name = f"loss-of-{experiment_id}"
    for value in (0.5, 0.25):
        run = mlflow_client.create_run(experiment_id)
        mlflow_client.log_metric(run.info.run_id, name, value)
    points = kubeflow.all("get_experiment_runs_metric_history", name=name)
    assert sorted(point.value for point in points) == [0.25, 0.5]
    assert len({point.experiment_run_id for point in points}) == 2


def test_single_artifacts_by_number(kubeflow, run):
    seen = run_named(kubeflow, run.info.experiment_id, "teacher")
    for artifact in logs(kubeflow, seen.id).values():
        again = kubeflow.call("get_artifact", artifact.id).actual_instance
        assert (again.id, again.name, again.artifact_type) == (artifact.id, artifact.name, artifact.artifact_type)


def test_nested_runs(mlflow_client, kubeflow, experiment_id):
    with mlflow.start_run(run_name="parent") as parent, mlflow.start_run(run_name="child", nested=True):
        pass
    child = run_named(kubeflow, experiment_id, "child")
    assert properties(child)["mlflow.parentRunId"] == parent.info.run_id


@pytest.mark.parametrize("status", ["FAILED", "KILLED", "SCHEDULED"])
def test_statuses(mlflow_client, kubeflow, experiment_id, status):
    run = mlflow_client.create_run(experiment_id, run_name="one")
    assert run_named(kubeflow, experiment_id, "one").status == "RUNNING"
    mlflow_client.set_terminated(run.info.run_id, status)
    assert run_named(kubeflow, experiment_id, "one").status == status


def test_a_batch(mlflow_client, kubeflow, experiment_id):
    run = mlflow_client.create_run(experiment_id, run_name="one")
    metrics = [Metric("loss", 1 / step, 1_700_000_000_000, step) for step in range(1, 1001)]
    params = [Param(f"p{index}", str(index)) for index in range(100)]
    mlflow_client.log_batch(run.info.run_id, metrics, params[:90], [RunTag("team", "growth")])
    seen = run_named(kubeflow, experiment_id, "one")
    assert history(kubeflow, seen.id, "loss") == [(metric.step, metric.value) for metric in metrics]
    found = logs(kubeflow, seen.id)
    assert len(found) == 91
    assert found["loss"].value == 0.001


def test_a_step_beyond_32_bits(mlflow_client, kubeflow, experiment_id):
    run = mlflow_client.create_run(experiment_id, run_name="one")
    mlflow_client.log_metric(run.info.run_id, "loss", 0.5, step=9_999_999_999)
    assert history(kubeflow, run_named(kubeflow, experiment_id, "one").id, "loss") == [(9_999_999_999, 0.5)]


def test_values_that_json_has_no_number_for(mlflow_client, kubeflow, experiment_id):
    """Infinities are the largest doubles, as for MLflow. NaN has no value for Kubeflow: the metric is there without one."""
    run = mlflow_client.create_run(experiment_id, run_name="one")
    mlflow_client.log_metric(run.info.run_id, "up", float("inf"))
    mlflow_client.log_metric(run.info.run_id, "broken", float("nan"))
    found = logs(kubeflow, run_named(kubeflow, experiment_id, "one").id)
    assert found["up"].value == 1.7976931348623157e308
    assert found["broken"].value is None


def test_renaming_a_run(mlflow_client, kubeflow, experiment_id):
    run = mlflow_client.create_run(experiment_id, run_name="before")
    number = run_named(kubeflow, experiment_id, "before").id
    mlflow_client.update_run(run.info.run_id, name="after")
    assert run_named(kubeflow, experiment_id, "after").id == number


def test_runs_of_one_name(mlflow_client, kubeflow, experiment_id):
    """MLflow's names of runs need not be unique: a search for one says so, lists show all."""
    for _ in range(2):
        mlflow_client.create_run(experiment_id, run_name="twin")
    assert status_of(lambda: kubeflow.call("find_experiment_run", name="twin", parent_resource_id=experiment_id)) == 404
    found = kubeflow.all("get_experiment_experiment_runs", experiment_id, name="twin")
    assert len({run.id for run in found}) == 2
