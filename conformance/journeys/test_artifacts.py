"""Lists of all artifacts have what MLflow's runs have logged: in v1 too, which knows no runs."""

import mlflow
import pandas as pd
import pytest
from support import unique_name


def artifacts_called(kubeflow, name, **options):
    found = kubeflow.all("get_artifacts", filter_query=f"name = '{name}'", **options)
    return [artifact.actual_instance for artifact in found]


@pytest.fixture
def logged(mlflow_client, experiment_id) -> str:
    """A name that a metric, a param, a dataset and a logged model of one run share."""
    name = unique_name("logged")
    data = pd.DataFrame({"x": [1, 2]})
    with mlflow.start_run() as run:
        mlflow.log_metric(name, 0.5, step=2**40)
        mlflow.log_param(name, "adam")
        mlflow.log_input(mlflow.data.from_pandas(data, name=name, source="s3://bucket/train.csv"))
    mlflow_client.create_logged_model(experiment_id, name=name, source_run_id=run.info.run_id)
    return name


def test_each_kind_is_there(kubeflow, logged):
    found = {artifact.artifact_type: artifact for artifact in artifacts_called(kubeflow, logged)}
    assert found.keys() == {"metric", "parameter", "dataset-artifact", "model-artifact"}
    assert (found["metric"].value, int(found["metric"].step)) == (0.5, 2**40)
    assert found["parameter"].value == "adam"


def test_one_kind_alone(kubeflow, logged):
    [metric] = artifacts_called(kubeflow, logged, artifact_type="metric")
    [model] = kubeflow.all("get_model_artifacts", filter_query=f"name = '{logged}'")
    assert (metric.artifact_type, model.name) == ("metric", logged)


def test_by_what_they_have(kubeflow, logged):
    assert len(kubeflow.all("get_artifacts", filter_query=f"name = '{logged}' AND value > 0.4")) == 1
    assert kubeflow.all("get_artifacts", filter_query=f"name = '{logged}' AND value > 0.6") == []
    assert len(kubeflow.all("get_artifacts", filter_query=f"name = '{logged}' AND state = 'LIVE'")) == 3
