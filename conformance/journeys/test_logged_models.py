"""A logged model is a model artifact of its run."""

import mlflow
import pytest
from mlflow.entities import LoggedModelStatus
from mr_openapi import ModelArtifact
from support import error_code_of, log, logs, properties, run_named, unique_name


@pytest.fixture
def logged(mlflow_client, experiment_id):
    run = mlflow_client.create_run(experiment_id, run_name="teacher")
    return mlflow_client.create_logged_model(
        experiment_id, name="classifier", source_run_id=run.info.run_id, tags={"team": "growth"}
    )


def artifact_of(kubeflow, logged):
    return logs(kubeflow, run_named(kubeflow, logged.experiment_id, "teacher").id)[logged.name]


def test_it_is_a_model_artifact_of_its_run(kubeflow, logged):
    artifact = artifact_of(kubeflow, logged)
    assert (artifact.artifact_type, artifact.name, artifact.uri) == ("model-artifact", "classifier", logged.artifact_location)
    assert (artifact.state, artifact.experiment_id) == ("PENDING", logged.experiment_id)
    assert properties(artifact)["team"] == "growth"


@pytest.mark.parametrize(("status", "state"), [("READY", "LIVE"), ("FAILED", "ABANDONED")])
def test_its_status_is_the_state(mlflow_client, kubeflow, logged, status, state):
    mlflow_client.finalize_logged_model(logged.model_id, getattr(LoggedModelStatus, status))
    assert artifact_of(kubeflow, logged).state == state


def test_kubeflow_sets_its_state(mlflow_client, kubeflow, logged):
    kubeflow.update("model_artifact", artifact_of(kubeflow, logged).id, artifactType="model-artifact", state="LIVE")
    assert mlflow_client.get_logged_model(logged.model_id).status == "READY"


def test_deleted_by_mlflow(mlflow_client, kubeflow, logged):
    mlflow_client.delete_logged_model(logged.model_id)
    assert artifact_of(kubeflow, logged).state == "MARKED_FOR_DELETION"


def test_deleted_and_brought_back_by_kubeflow(mlflow_client, kubeflow, logged):
    artifact = artifact_of(kubeflow, logged)
    kubeflow.update("model_artifact", artifact.id, artifactType="model-artifact", state="MARKED_FOR_DELETION")
    assert error_code_of(lambda: mlflow_client.get_logged_model(logged.model_id)) == "RESOURCE_DOES_NOT_EXIST"
    kubeflow.update("model_artifact", artifact.id, artifactType="model-artifact", state="LIVE")
    assert mlflow_client.get_logged_model(logged.model_id).status == "READY"


def test_its_tags_are_properties(mlflow_client, kubeflow, logged):
    mlflow_client.set_logged_model_tags(logged.model_id, {"stage": "candidate"})
    assert properties(artifact_of(kubeflow, logged)) == {"team": "growth", "stage": "candidate"}


def test_kubeflow_finds_the_model_that_mlflow_logs(kubeflow, experiment_id):
    with mlflow.start_run(run_name="teacher"):
        info = mlflow.pyfunc.log_model(name="upper", python_model=upper, pip_requirements=[])
    run = run_named(kubeflow, experiment_id, "teacher")
    artifact = logs(kubeflow, run.id)["upper"]
    assert (artifact.state, artifact.model_format_name) == ("LIVE", "mlflow")
    assert info.model_id in artifact.uri


def upper(model_input: list[str]) -> list[str]:
    return [text.upper() for text in model_input]


def test_a_model_that_kubeflow_logs(mlflow_client, kubeflow, experiment_id):
    run = mlflow_client.create_run(experiment_id, run_name="teacher")
    number = run_named(kubeflow, experiment_id, "teacher").id
    name = unique_name("model")
    log(kubeflow, number, ModelArtifact(artifactType="model-artifact", name=name, uri="s3://bucket/model", state="LIVE"))
    found = mlflow_client.search_logged_models([experiment_id], f"name = '{name}'")
    assert [(model.source_run_id, model.artifact_location) for model in found] == [(run.info.run_id, "s3://bucket/model")]
    assert [output.model_id for output in mlflow_client.get_run(run.info.run_id).outputs.model_outputs] == [found[0].model_id]
