"""Datasets that a run was fed with: logged, read back, searched."""

import json

import mlflow
import numpy as np
import pandas as pd
import pytest
import requests
from mlflow.data.pandas_dataset import from_pandas


@pytest.fixture
def dataset(unique):
    frame = pd.DataFrame({"width": [1.0, 2.0], "label": [0, 1]})
    return from_pandas(frame, source="s3://bucket/train.parquet", name=unique("train"), targets="label")


def test_logged_and_read_back(client, run_id, dataset):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset, context="training", tags={"split": "a"})
    (logged,) = client.get_run(run_id).inputs.dataset_inputs
    assert (logged.dataset.name, logged.dataset.digest) == (dataset.name, dataset.digest)
    assert {tag.key: tag.value for tag in logged.tags} == {"mlflow.data.context": "training", "split": "a"}
    assert json.loads(logged.dataset.profile) == {"num_rows": 2, "num_elements": 4}
    assert "mlflow_colspec" in logged.dataset.schema
    assert mlflow.data.get_source(logged.dataset).uri == "s3://bucket/train.parquet"


def test_same_dataset_twice_is_one_input(client, run_id, dataset):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(dataset, context="training")
    assert len(client.get_run(run_id).inputs.dataset_inputs) == 1


def test_several_datasets(client, run_id, dataset, unique):
    other = mlflow.data.from_numpy(np.eye(3), source="https://data.example/eye", name=unique("eye"))
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset, context="training")
        mlflow.log_input(other, context="evaluation")
    inputs = client.get_run(run_id).inputs.dataset_inputs
    assert {logged.dataset.name for logged in inputs} == {dataset.name, other.name}


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("dataset.name = '{name}'", True),
        ("dataset.name LIKE 'train-%' AND dataset.digest = '{digest}'", True),
        ("datasets.context = 'training'", True),
        ("dataset.name IN ('{name}', 'other')", True),
        ("dataset.name = 'other'", False),
        ("dataset.context = 'evaluation'", False),
    ],
)
def test_runs_found_by_their_dataset(client, experiment_id, run_id, dataset, condition, found):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset, context="training")
    client.create_run(experiment_id)
    runs = client.search_runs([experiment_id], condition.format(name=dataset.name, digest=dataset.digest))
    assert [run.info.run_id for run in runs] == ([run_id] if found else [])


def test_found_runs_show_their_inputs(client, experiment_id, run_id, dataset):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset)
    (run,) = client.search_runs([experiment_id])
    assert run.inputs.dataset_inputs[0].dataset.digest == dataset.digest


def test_datasets_of_an_experiment(url, experiment_id, run_id, dataset):
    """What the UI's dataset picker asks for."""
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset, context="training")
    answer = requests.post(
        f"{url}/ajax-api/2.0/mlflow/experiments/search-datasets", json={"experiment_ids": [experiment_id]}, timeout=30
    )
    expected = {"experiment_id": experiment_id, "name": dataset.name, "digest": dataset.digest, "context": "training"}
    assert answer.json() == {"dataset_summaries": [expected]}
