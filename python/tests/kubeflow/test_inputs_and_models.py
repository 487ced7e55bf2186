"""Datasets and logged models over Kubeflow's API, through MLflow's client and its fluent API."""

from __future__ import annotations

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
    LoggedModelStatus,
    Metric,
)
from mlflow.exceptions import MlflowException

from modelregistry.kubeflow.api import KubeflowApi


@pytest.fixture
def experiment(client: MlflowClient, name: str) -> str:
    """The id of a new experiment."""
    return client.create_experiment(name)


@pytest.fixture
def run(client: MlflowClient, experiment: str) -> str:
    """The id of a new run."""
    return client.create_run(experiment).info.run_id


def test_datasets_are_inputs_of_the_run(client: MlflowClient, api: KubeflowApi, run: str, experiment: str) -> None:
    train = DatasetInput(
        Dataset("cats", "d1", "http", "{}", "schema", "profile"), [InputTag("mlflow.data.context", "train")]
    )
    test = DatasetInput(Dataset("cats", "d2", "http", "{}"), [InputTag("mlflow.data.context", "test")])
    client.log_inputs(run, [train, test])
    client.log_inputs(run, [train])
    inputs = client.get_run(run).inputs.dataset_inputs
    assert [dict(entity.dataset) for entity in inputs] == [dict(train.dataset), dict(test.dataset)]
    assert [entity.tags[0].value for entity in inputs] == ["train", "test"]
    artifacts = list(api.runs.artifacts(run, artifactType="dataset-artifact"))
    assert [(artifact["name"].split("-")[0], artifact.get("digest")) for artifact in artifacts] == [
        ("cats", "d1"),
        ("cats", "d2"),
    ]
    assert len(client.search_runs([experiment], "datasets.digest = 'd2'")) == 1
    assert len(client.search_runs([experiment], "datasets.digest = 'd3'")) == 0


def test_a_logged_model_is_a_model_artifact(client: MlflowClient, api: KubeflowApi, run: str, experiment: str) -> None:
    made = client.create_logged_model(experiment, "net", run, {"a": "1"}, {"depth": "3"}, "classifier")
    assert made.status == LoggedModelStatus.PENDING
    client.finalize_logged_model(made.model_id, LoggedModelStatus.READY)
    client.set_logged_model_tags(made.model_id, {"b": "2"})
    client.delete_logged_model_tag(made.model_id, "a")
    model = client.get_logged_model(made.model_id)
    assert (model.name, model.source_run_id, model.experiment_id) == ("net", run, experiment)
    assert (model.tags, model.params, model.model_type) == ({"b": "2"}, {"depth": "3"}, "classifier")
    assert model.status == LoggedModelStatus.READY
    [artifact] = api.runs.artifacts(run, artifactType="model-artifact")
    assert (artifact["name"], artifact.get("state")) == ("net", "LIVE")
    assert artifact.get("uri") == model.artifact_location
    assert model.artifact_location.endswith(f"/models/{model.model_id}/artifacts")


def test_models_of_one_name_in_a_run(client: MlflowClient, run: str, experiment: str) -> None:
    made = {client.create_logged_model(experiment, "net", run).model_id for _ in range(3)}
    found = client.search_logged_models([experiment])
    assert {model.model_id for model in found} == made
    assert {model.name for model in found} == {"net"}


def test_a_model_without_a_run(client: MlflowClient, experiment: str) -> None:
    made = client.create_logged_model(experiment, "net")
    assert client.get_logged_model(made.model_id).source_run_id is None
    assert [model.model_id for model in client.search_logged_models([experiment])] == [made.model_id]


def test_inputs_and_outputs(client: MlflowClient, run: str, experiment: str) -> None:
    model = client.create_logged_model(experiment, "net", run)
    other = client.create_logged_model(experiment, "other")
    client.log_outputs(run, [LoggedModelOutput(model.model_id, 7), LoggedModelOutput(other.model_id, 8)])
    outputs = {output.model_id: output.step for output in client.get_run(run).outputs.model_outputs}
    assert outputs == {model.model_id: 7, other.model_id: 8}
    reader = client.create_run(experiment).info.run_id
    for _ in range(2):
        client.log_inputs(reader, models=[LoggedModelInput(model.model_id)])
    read = client.get_run(reader)
    assert [entity.model_id for entity in read.inputs.model_inputs] == [model.model_id]
    assert read.outputs.model_outputs == []
    assert len(client.search_logged_models([experiment])) == 2


def test_metrics_of_a_model(client: MlflowClient, run: str, experiment: str) -> None:
    good, bad = (client.create_logged_model(experiment, name, run).model_id for name in ("good", "bad"))
    client.log_batch(run, [Metric("acc", 0.9, 1, 0, good), Metric("acc", 0.1, 2, 1, bad)])
    client.log_metric(run, "acc", 0.95, model_id=good, step=2)
    [metric] = client.get_logged_model(good).metrics
    assert (metric.key, metric.value, metric.run_id, metric.model_id) == ("acc", 0.95, run, good)
    found = client.search_logged_models([experiment], "metrics.acc > 0.5")
    assert [model.model_id for model in found] == [good]
    ordered = client.search_logged_models([experiment], order_by=[{"field_name": "metrics.acc", "ascending": True}])
    assert [model.model_id for model in ordered] == [bad, good]


def test_a_deleted_model_is_marked(client: MlflowClient, api: KubeflowApi, run: str, experiment: str) -> None:
    made = client.create_logged_model(experiment, "net", run)
    client.delete_logged_model(made.model_id)
    [artifact] = api.runs.artifacts(run, artifactType="model-artifact")
    assert artifact.get("state") == "MARKED_FOR_DELETION"
    assert client.search_logged_models([experiment]) == []
    with pytest.raises(MlflowException, match="not found") as raised:
        client.get_logged_model(made.model_id)
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_a_model_that_kubeflow_logs(client: MlflowClient, api: KubeflowApi, run: str, experiment: str) -> None:
    body = {"artifactType": "model-artifact", "name": "theirs", "uri": "s3://bucket/theirs", "state": "LIVE"}
    api.runs.put_artifact(run, body)
    [output] = client.get_run(run).outputs.model_outputs
    model = client.get_logged_model(output.model_id)
    assert (model.name, model.artifact_location, model.status) == (
        "theirs",
        "s3://bucket/theirs",
        LoggedModelStatus.READY,
    )
    assert [found.model_id for found in client.search_logged_models([experiment])] == [output.model_id]


def test_a_model_from_training_to_serving(client: MlflowClient, name: str) -> None:
    pytest.importorskip("pandas", reason="mlflow-skinny alone logs no pyfunc models")

    class Echo(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return model_input

    mlflow.set_experiment(name)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5, step=3)
        mlflow.log_metric("loss", 0.25, step=4)
        logged = mlflow.pyfunc.log_model(name="net", python_model=Echo(), registered_model_name=name, step=3)
    assert [point.step for point in client.get_metric_history(run.info.run_id, "loss")] == [3, 4]
    version = client.get_model_version(name, "1")
    assert (version.model_id, version.run_id) == (logged.model_id, run.info.run_id)
    assert version.source == logged.model_uri
    place = client.get_logged_model(logged.model_id).artifact_location
    assert client.get_model_version_download_uri(name, "1") == place
    assert mlflow.pyfunc.load_model(f"models:/{name}/1").predict(["x"]) == ["x"]
    assert mlflow.pyfunc.load_model(logged.model_uri).predict(["y"]) == ["y"]
