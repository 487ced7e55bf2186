"""A run that MLflow deletes is archived for Kubeflow, and the other way round."""

import mlflow
import pytest
import requests
from mr_openapi import ExperimentRunCreate
from support import error_code_of, history, log_metric, run_named, status_of


@pytest.fixture
def run(mlflow_client, kubeflow, experiment_id):
    """MLflow's view of a run, with its number for Kubeflow."""
    made = mlflow_client.create_run(experiment_id, run_name="one")
    mlflow_client.log_metric(made.info.run_id, "loss", 0.5)
    made.number = run_named(kubeflow, experiment_id, "one").id
    return made


def test_mlflow_deletes_kubeflow_restores(mlflow_client, kubeflow, run):
    mlflow_client.delete_run(run.info.run_id)
    assert kubeflow.call("get_experiment_run", run.number).state == "ARCHIVED"
    assert history(kubeflow, run.number, "loss") == [(0, 0.5)]
    kubeflow.update("experiment_run", run.number, state="LIVE")
    assert mlflow_client.get_run(run.info.run_id).info.lifecycle_stage == "active"
    assert mlflow_client.get_run(run.info.run_id).data.metrics == {"loss": 0.5}


def test_kubeflow_archives_mlflow_restores(mlflow_client, kubeflow, run):
    kubeflow.update("experiment_run", run.number, state="ARCHIVED")
    assert mlflow_client.search_runs([run.info.experiment_id]) == []
    deleted = mlflow_client.search_runs([run.info.experiment_id], run_view_type=mlflow.entities.ViewType.DELETED_ONLY)
    assert [found.info.run_id for found in deleted] == [run.info.run_id]
    assert error_code_of(lambda: mlflow_client.log_metric(run.info.run_id, "loss", 0.4)) == "INVALID_PARAMETER_VALUE"
    mlflow_client.restore_run(run.info.run_id)
    assert kubeflow.call("get_experiment_run", run.number).state == "LIVE"


def test_archiving_leaves_the_status(mlflow_client, kubeflow, run):
    mlflow_client.set_terminated(run.info.run_id, "FAILED")
    kubeflow.update("experiment_run", run.number, state="ARCHIVED")
    kubeflow.update("experiment_run", run.number, state="LIVE")
    assert mlflow_client.get_run(run.info.run_id).info.status == "FAILED"


def test_kubeflow_logs_to_an_archived_run(mlflow_client, kubeflow, run):
    """Archiving has no consequences for Kubeflow's clients; MLflow's are told to restore the run first."""
    kubeflow.update("experiment_run", run.number, state="ARCHIVED")
    log_metric(kubeflow, run.number, "loss", 0.25, step=1)
    mlflow_client.restore_run(run.info.run_id)
    assert mlflow_client.get_run(run.info.run_id).data.metrics == {"loss": 0.25}


def test_an_archived_run_is_removed_for_good(url, mlflow_client, kubeflow, run):
    """No client has a call for it."""
    address = f"{url}/api/model_registry/v1alpha3/experiment_runs/{run.number}"
    assert requests.delete(address, timeout=20).status_code == 409
    mlflow_client.delete_run(run.info.run_id)
    assert requests.delete(address, timeout=20).status_code == 204
    assert error_code_of(lambda: mlflow_client.get_run(run.info.run_id)) == "RESOURCE_DOES_NOT_EXIST"
    assert status_of(lambda: kubeflow.call("get_experiment_run", run.number)) == 404


def test_the_name_of_an_archived_run(mlflow_client, kubeflow, run):
    """Kubeflow's names of runs are unique in their experiment, archived ones included; MLflow's need not be unique at all."""
    kubeflow.update("experiment_run", run.number, state="ARCHIVED")
    body = ExperimentRunCreate(name="one", experiment_id=run.info.experiment_id)
    assert status_of(lambda: kubeflow.call("create_experiment_run", body)) == 409
    mlflow_client.create_run(run.info.experiment_id, run_name="one")
    assert run_named(kubeflow, run.info.experiment_id, "one").id != run.number
