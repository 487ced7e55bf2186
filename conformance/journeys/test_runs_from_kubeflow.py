"""What Kubeflow's client logs is read, searched and continued through MLflow."""

import json

import mlflow
import pytest
from mr_openapi import DataSet, ExperimentRunCreate, Metric, MetricUpdate, Parameter
from support import error_code_of, history, log, log_metric, logs, run_named, typed, unique_name

SCHEMA = json.dumps({"columns": ["x", "y"]})


@pytest.fixture
def run(mlflow_client, kubeflow):
    """A run that Kubeflow's users have logged, with its experiment."""
    experiment = unique_name("experiment")
    with kubeflow.registry.start_experiment_run(experiment_name=experiment) as active:
        active.log_param("optimizer", "adam")
        active.log_param("epochs", 3)
        active.log_metric("accuracy", 0.95, step=4, timestamp="1700000000000")
        active.log_dataset(
            name="train", uri="s3://bucket/train.csv", source_type="s3", source="s3://bucket/train.csv", schema=SCHEMA
        )
    return active.info


def search(mlflow_client, run, filter_string=""):
    return mlflow_client.search_runs([run.experiment_id], filter_string)


def test_the_run_itself(mlflow_client, kubeflow, run):
    [seen] = search(mlflow_client, run)
    made = kubeflow.call("get_experiment_run", run.id)
    assert (seen.info.run_name, seen.info.status, seen.info.lifecycle_stage) == (run.name, "RUNNING", "active")
    assert made.start_time_since_epoch is None
    assert str(seen.info.start_time) == made.create_time_since_epoch
    assert len(seen.info.run_id) == 32
    assert seen.data.tags["mlflow.runName"] == run.name


def test_params_metrics_and_datasets(mlflow_client, run):
    [seen] = search(mlflow_client, run)
    assert seen.data.params == {"optimizer": "adam", "epochs": "3"}
    assert seen.data.metrics == {"accuracy": 0.95}
    [point] = mlflow_client.get_metric_history(seen.info.run_id, "accuracy")
    assert (point.value, point.step, point.timestamp) == (0.95, 4, 1_700_000_000_000)
    [dataset_input] = seen.inputs.dataset_inputs
    dataset = dataset_input.dataset
    assert (dataset.name, dataset.source_type, dataset.source) == ("train", "s3", "s3://bucket/train.csv")
    assert dataset.schema == SCHEMA


@pytest.mark.parametrize(
    ("filter_string", "count"),
    [
        ("metrics.accuracy > 0.9 AND params.optimizer = 'adam'", 1),
        ("metrics.accuracy > 0.95", 0),
        ("params.epochs = '3'", 1),
        ("datasets.name = 'train'", 1),
        ("attributes.status = 'RUNNING'", 1),
        ("params.optimizer LIKE 'sg%'", 0),
    ],
)
def test_mlflow_searches_it(mlflow_client, run, filter_string, count):
    assert len(search(mlflow_client, run, filter_string)) == count


def test_search_runs_as_mlflows_users_do(run):
    frame = mlflow.search_runs(experiment_ids=[run.experiment_id], order_by=["metrics.accuracy DESC"])
    assert frame["metrics.accuracy"].tolist() == [0.95]
    assert frame["params.optimizer"].tolist() == ["adam"]
    assert frame["tags.mlflow.runName"].tolist() == [run.name]


def test_mlflow_continues_it(mlflow_client, kubeflow, run):
    [seen] = search(mlflow_client, run)
    with mlflow.start_run(run_id=seen.info.run_id):
        mlflow.log_metric("accuracy", 0.97, step=5)
        mlflow.log_text("hello", "notes.txt")
    assert kubeflow.call("get_experiment_run", run.id).status == "FINISHED"
    assert history(kubeflow, run.id, "accuracy") == [(4, 0.95), (5, 0.97)]
    assert logs(kubeflow, run.id)["accuracy"].value == 0.97


def test_kubeflow_ends_it(mlflow_client, kubeflow, run):
    ended = int(kubeflow.call("get_experiment_run", run.id).create_time_since_epoch) + 1000
    kubeflow.update("experiment_run", run.id, status="FINISHED", endTimeSinceEpoch=str(ended))
    [seen] = search(mlflow_client, run)
    assert (seen.info.status, seen.info.end_time) == ("FINISHED", ended)
    kubeflow.update("experiment_run", run.id, description="done")
    [seen] = search(mlflow_client, run)
    assert (seen.info.status, seen.data.tags["mlflow.note.content"]) == ("FINISHED", "done")


def test_the_owner_is_the_user(mlflow_client, kubeflow, experiment_id):
    body = ExperimentRunCreate(name="one", experiment_id=experiment_id, owner="Ada")
    kubeflow.call("create_experiment_run", body)
    [seen] = mlflow_client.search_runs([experiment_id])
    assert seen.info.user_id == "Ada"


def test_a_nested_run(mlflow_client, kubeflow):
    experiment = unique_name("experiment")
    with kubeflow.registry.start_experiment_run(experiment_name=experiment) as parent:
        kubeflow.registry.start_experiment_run(nested=True)
    runs = mlflow_client.search_runs([parent.info.experiment_id], f"tags.`kubeflow.parent_run_id` = '{parent.info.id}'")
    assert len(runs) == 1


def test_the_current_value_is_what_kubeflow_wrote_last(mlflow_client, kubeflow, run):
    """For Kubeflow a metric is a value that is replaced; MLflow takes the greatest step, among its own points."""
    log_metric(kubeflow, run.id, "loss", 0.5, step=10)
    log_metric(kubeflow, run.id, "loss", 0.9, step=1)
    assert logs(kubeflow, run.id)["loss"].value == 0.9
    [seen] = search(mlflow_client, run)
    assert seen.data.metrics["loss"] == 0.9
    mlflow_client.log_metric(seen.info.run_id, "loss", 0.7, step=2)
    assert logs(kubeflow, run.id)["loss"].value == 0.7
    mlflow_client.log_metric(seen.info.run_id, "loss", 0.8, step=0)
    assert logs(kubeflow, run.id)["loss"].value == 0.7
    points = mlflow_client.get_metric_history(seen.info.run_id, "loss")
    assert sorted(point.step for point in points) == [0, 1, 2, 10]


def test_a_point_that_comes_twice(mlflow_client, kubeflow, run):
    """Kubeflow keeps each; for MLflow equal points are one."""
    for _ in range(2):
        log_metric(kubeflow, run.id, "loss", 0.5, step=1, timestamp=1_700_000_000_000)
    assert history(kubeflow, run.id, "loss") == [(1, 0.5), (1, 0.5)]
    [seen] = search(mlflow_client, run)
    assert len(mlflow_client.get_metric_history(seen.info.run_id, "loss")) == 1


def test_a_value_that_is_corrected(mlflow_client, kubeflow, run):
    """By the number of the metric it is changed for both; its history stays as it was."""
    metric = logs(kubeflow, run.id)["accuracy"]
    kubeflow.update("artifact", metric.id, actual_instance=MetricUpdate(artifactType="metric", value=0.9, state="LIVE"))
    [seen] = search(mlflow_client, run)
    assert seen.data.metrics["accuracy"] == 0.9
    assert history(kubeflow, run.id, "accuracy") == [(4, 0.95)]
    assert [point.value for point in mlflow_client.get_metric_history(seen.info.run_id, "accuracy")] == [0.95]


def test_a_property_renames_the_run(mlflow_client, kubeflow, run):
    """Kubeflow has no other way; nor is the name a property that is shown."""
    kubeflow.update("experiment_run", run.id, customProperties={"mlflow.runName": typed("renamed")})
    [seen] = search(mlflow_client, run)
    assert (seen.info.run_name, seen.data.tags["mlflow.runName"]) == ("renamed", "renamed")
    renamed = run_named(kubeflow, run.experiment_id, "renamed")
    assert (renamed.id, renamed.custom_properties) == (run.id, {})


def test_names_that_are_alike_stay_apart(mlflow_client, kubeflow, run):
    for name in ("val_loss", "val-loss", "valxloss", "val:loss", "%"):
        log_metric(kubeflow, run.id, name, len(name), step=0)
    [seen] = search(mlflow_client, run)
    assert {name: seen.data.metrics[name] for name in ("val_loss", "valxloss", "%")} == {
        "val_loss": 8.0, "valxloss": 8.0, "%": 1.0,
    }  # fmt: skip
    assert history(kubeflow, run.id, "loss") == []


def test_kubeflow_changes_a_param_mlflow_does_not(mlflow_client, kubeflow, run):
    [seen] = search(mlflow_client, run)
    body = Parameter(artifactType="parameter", name="optimizer", value="sgd", parameterType="string")
    log(kubeflow, run.id, body)
    assert mlflow_client.get_run(seen.info.run_id).data.params["optimizer"] == "sgd"
    change = lambda: mlflow_client.log_param(seen.info.run_id, "optimizer", "adam")  # noqa: E731
    assert error_code_of(change) == "INVALID_PARAMETER_VALUE"
    mlflow_client.log_param(seen.info.run_id, "optimizer", "sgd")


def test_datasets_of_one_name_in_two_runs(mlflow_client, kubeflow, experiment_id):
    """Kubeflow's users give no digest: what one run says of its dataset is not changed by another run."""
    for name, source in (("one", "s3://bucket/one.csv"), ("two", "s3://bucket/two.csv")):
        made = kubeflow.call("create_experiment_run", ExperimentRunCreate(name=name, experiment_id=experiment_id))
        log(kubeflow, made.id, DataSet(artifactType="dataset-artifact", name="train", sourceType="s3", source=source))
    for name in ("one", "two"):
        run = run_named(kubeflow, experiment_id, name)
        assert logs(kubeflow, run.id)["train"].source == f"s3://bucket/{name}.csv"
        [seen] = mlflow_client.search_runs([experiment_id], f"run_name = '{name}'")
        [dataset_input] = seen.inputs.dataset_inputs
        assert dataset_input.dataset.source == f"s3://bucket/{name}.csv"


def test_properties_of_a_metric_are_kubeflows_own(mlflow_client, kubeflow, run):
    """MLflow's metrics have no tags, so these are seen by Kubeflow alone, and outlive MLflow's points."""
    metric = Metric(artifactType="metric", name="loss", value=0.5, step=1, customProperties={"unit": typed("nat")})
    log(kubeflow, run.id, metric)
    [seen] = search(mlflow_client, run)
    mlflow_client.log_metric(seen.info.run_id, "loss", 0.4, step=2)
    found = logs(kubeflow, run.id)["loss"]
    assert found.value == 0.4
    assert found.custom_properties["unit"].actual_instance.string_value == "nat"


def test_the_types_of_params(kubeflow, run):
    found = {item.name: item for item in kubeflow.registry.get_experiment_run_logs(run_id=run.id)}
    assert (found["epochs"].value, found["epochs"].parameter_type) == (3.0, "number")


def test_a_metric_without_a_step(mlflow_client, kubeflow, run):
    log(kubeflow, run.id, Metric(artifactType="metric", name="bare", value=0.5))
    [seen] = search(mlflow_client, run)
    [point] = mlflow_client.get_metric_history(seen.info.run_id, "bare")
    assert (point.value, point.step) == (0.5, 0)
