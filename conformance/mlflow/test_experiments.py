"""Experiments from creation to restoration."""

import time

import mlflow
import pytest
from capabilities import frees_names_of_deleted_experiments
from support import error_code_of


def test_create(client, unique):
    name = unique("forecast")
    identifier = client.create_experiment(name, tags={"team": "supply", "priority": "P1"})
    created = client.get_experiment(identifier)
    assert (created.name, created.lifecycle_stage) == (name, "active")
    assert created.tags.items() >= {"team": "supply", "priority": "P1"}.items()
    assert created.artifact_location
    assert abs(created.creation_time - time.time() * 1000) < 600_000
    assert created.last_update_time >= created.creation_time


def test_get_by_name(client, experiment_id):
    name = client.get_experiment(experiment_id).name
    assert client.get_experiment_by_name(name).experiment_id == experiment_id
    assert client.get_experiment_by_name(f"{name}-missing") is None


def test_set_experiment_creates_once(client, unique):
    name = unique("set")
    first = mlflow.set_experiment(name)
    assert mlflow.set_experiment(name).experiment_id == first.experiment_id
    with mlflow.start_run() as run:
        assert run.info.experiment_id == first.experiment_id


def test_default_experiment_exists(client):
    assert client.get_experiment("0").experiment_id == "0"


def test_own_artifact_location(client, unique):
    identifier = client.create_experiment(unique("located"), artifact_location="s3://bucket/folder")
    assert client.get_experiment(identifier).artifact_location == "s3://bucket/folder"
    run = client.create_run(identifier)
    assert run.info.artifact_uri == f"s3://bucket/folder/{run.info.run_id}/artifacts"


def test_rename(client, experiment_id, unique):
    name = unique("renamed")
    client.rename_experiment(experiment_id, name)
    assert client.get_experiment(experiment_id).name == name
    assert client.get_experiment_by_name(name).experiment_id == experiment_id


def test_name_that_is_taken(client, experiment_id):
    name = client.get_experiment(experiment_id).name
    assert error_code_of(lambda: client.create_experiment(name)) == "RESOURCE_ALREADY_EXISTS"


def test_name_of_a_deleted_experiment(client, experiment_id):
    name = client.get_experiment(experiment_id).name
    client.delete_experiment(experiment_id)
    assert client.get_experiment_by_name(name).lifecycle_stage == "deleted"
    with pytest.raises(mlflow.MlflowException, match="deleted experiment"):
        mlflow.set_experiment(name)
    if frees_names_of_deleted_experiments(client):
        successor = client.create_experiment(name)
        assert client.get_experiment_by_name(name).experiment_id == successor
        assert error_code_of(lambda: client.restore_experiment(experiment_id)) == "RESOURCE_ALREADY_EXISTS"
    else:
        assert error_code_of(lambda: client.create_experiment(name)) == "RESOURCE_ALREADY_EXISTS"
        client.restore_experiment(experiment_id)
        assert client.get_experiment_by_name(name).experiment_id == experiment_id


def test_tags(client, experiment_id):
    client.set_experiment_tag(experiment_id, "note", "first")
    client.set_experiment_tag(experiment_id, "note", "second")
    mlflow.set_experiment_tags({"a": 1, "long": "x" * 5000})
    tags = client.get_experiment(experiment_id).tags
    assert (tags["note"], tags["a"], len(tags["long"])) == ("second", "1", 5000)


def test_deleting_a_tag(client, experiment_id):
    if not hasattr(client, "delete_experiment_tag"):
        pytest.skip("this client cannot delete experiment tags")
    client.set_experiment_tag(experiment_id, "note", "first")
    client.delete_experiment_tag(experiment_id, "note")
    assert "note" not in client.get_experiment(experiment_id).tags
    assert error_code_of(lambda: client.delete_experiment_tag(experiment_id, "note")) == "RESOURCE_DOES_NOT_EXIST"


def test_delete_and_restore_with_the_runs(client, experiment_id):
    run = client.create_run(experiment_id).info.run_id
    client.delete_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    assert error_code_of(lambda: client.create_run(experiment_id)) == "INVALID_PARAMETER_VALUE"
    assert error_code_of(lambda: client.set_experiment_tag(experiment_id, "a", "b")) == "INVALID_PARAMETER_VALUE"

    client.restore_experiment(experiment_id)
    assert client.get_experiment(experiment_id).lifecycle_stage == "active"
    assert client.get_run(run).info.lifecycle_stage == "active"
    client.log_metric(run, "after", 1.0)


def test_deleting_twice(client, experiment_id):
    client.delete_experiment(experiment_id)
    assert error_code_of(lambda: client.delete_experiment(experiment_id)) == "RESOURCE_DOES_NOT_EXIST"


def test_restoring_what_is_not_deleted(client, experiment_id):
    assert error_code_of(lambda: client.restore_experiment(experiment_id)) == "RESOURCE_DOES_NOT_EXIST"


def test_missing_ones(client):
    assert error_code_of(lambda: client.get_experiment("999999999")) == "RESOURCE_DOES_NOT_EXIST"
    assert error_code_of(lambda: client.rename_experiment("999999999", "x")) == "RESOURCE_DOES_NOT_EXIST"
