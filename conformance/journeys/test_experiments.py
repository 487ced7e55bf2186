"""An experiment is one record with one number; deleting it is archiving it."""

import mlflow
import requests
from mr_openapi import ExperimentCreate, ExperimentState
from support import error_code_of, properties, status_of, unique_name


def make(kubeflow, **fields):
    return kubeflow.call("create_experiment", ExperimentCreate(name=unique_name("experiment"), **fields))


def test_mlflow_makes_kubeflow_reads(mlflow_client, kubeflow, name):
    experiment_id = mlflow_client.create_experiment(name, tags={"team": "growth", "mlflow.note.content": "a note"})
    made = mlflow_client.get_experiment(experiment_id)
    seen = kubeflow.call("find_experiment", name=name)
    assert (seen.id, seen.description, seen.state) == (experiment_id, "a note", ExperimentState.LIVE)
    assert properties(seen) == {"team": "growth"}
    assert seen.create_time_since_epoch == str(made.creation_time)
    assert experiment_id in [experiment.id for experiment in kubeflow.registry.get_experiments()]


def test_kubeflow_makes_mlflow_logs(mlflow_client, kubeflow, name):
    made = kubeflow.registry.create_experiment(name)
    seen = mlflow_client.get_experiment_by_name(name)
    assert (seen.experiment_id, seen.lifecycle_stage) == (made.id, "active")
    mlflow.set_experiment(name)
    with mlflow.start_run():
        mlflow.log_text("hello", "notes.txt")
    [run] = mlflow_client.search_runs([made.id])
    assert [file.path for file in mlflow_client.list_artifacts(run.info.run_id)] == ["notes.txt"]


def test_a_description_is_mlflows_note(mlflow_client, kubeflow):
    made = make(kubeflow, description="from Kubeflow", owner="Ada")
    assert mlflow_client.get_experiment(made.id).tags == {"mlflow.note.content": "from Kubeflow"}
    mlflow_client.set_experiment_tag(made.id, "mlflow.note.content", "from MLflow")
    seen = kubeflow.call("get_experiment", made.id)
    assert (seen.description, seen.owner, properties(seen)) == ("from MLflow", "Ada", {})


def test_renaming_through_mlflow(mlflow_client, kubeflow):
    made = make(kubeflow)
    mlflow_client.rename_experiment(made.id, f"{made.name}-renamed")
    assert kubeflow.call("find_experiment", name=f"{made.name}-renamed").id == made.id
    assert status_of(lambda: kubeflow.call("find_experiment", name=made.name)) == 404


def test_mlflow_deletes_with_the_runs_kubeflow_restores_alone(mlflow_client, kubeflow):
    """MLflow deletes the runs of an experiment with it. Kubeflow changes the state of the one record that it names."""
    made = make(kubeflow)
    run = mlflow_client.create_run(made.id, run_name="first")
    mlflow_client.delete_experiment(made.id)
    assert kubeflow.call("get_experiment", made.id).state == "ARCHIVED"
    [archived] = kubeflow.all("get_experiment_experiment_runs", made.id)
    assert archived.state == "ARCHIVED"
    kubeflow.update("experiment", made.id, state="LIVE")
    assert mlflow_client.get_experiment(made.id).lifecycle_stage == "active"
    assert mlflow_client.get_run(run.info.run_id).info.lifecycle_stage == "deleted"


def test_kubeflow_archives_mlflow_restores(mlflow_client, kubeflow, experiment_id):
    run = mlflow_client.create_run(experiment_id)
    kubeflow.update("experiment", experiment_id, state="ARCHIVED")
    assert mlflow_client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    assert mlflow_client.get_run(run.info.run_id).info.lifecycle_stage == "active"
    assert error_code_of(lambda: mlflow_client.create_run(experiment_id)) == "INVALID_PARAMETER_VALUE"
    mlflow_client.restore_experiment(experiment_id)
    assert kubeflow.call("get_experiment", experiment_id).state == "LIVE"


def test_the_name_of_an_archived_experiment(mlflow_client, kubeflow):
    old = make(kubeflow)
    kubeflow.update("experiment", old.id, state="ARCHIVED")
    assert status_of(lambda: kubeflow.call("create_experiment", ExperimentCreate(name=old.name))) == 409
    new = mlflow_client.create_experiment(old.name)
    assert kubeflow.call("find_experiment", name=old.name).id == new
    assert status_of(lambda: kubeflow.update("experiment", old.id, state="LIVE")) == 409
    assert error_code_of(lambda: mlflow_client.restore_experiment(old.id)) == "RESOURCE_ALREADY_EXISTS"
    mlflow_client.rename_experiment(new, f"{old.name}-new")
    kubeflow.update("experiment", old.id, state="LIVE")
    assert mlflow_client.get_experiment_by_name(old.name).experiment_id == old.id


def test_the_default_experiment_is_not_removed(url):
    """Whoever names no experiment logs there. It is archived for this, and put back."""
    address = f"{url}/api/model_registry/v1alpha3/experiments/0"
    requests.patch(address, json={"state": "ARCHIVED"}, timeout=20)
    answers = requests.delete(address, timeout=20), requests.patch(address, json={"state": "LIVE"}, timeout=20)
    assert [answer.status_code for answer in answers] == [400, 200]


def test_the_default_experiment_has_the_number_0(mlflow_client, kubeflow):
    assert kubeflow.call("get_experiment", "0").name == mlflow_client.get_experiment("0").name
    assert "0" in [experiment.id for experiment in kubeflow.registry.get_experiments()]
