"""Models as inputs and outputs of runs."""

import mlflow
import pytest
from mlflow.data.pandas_dataset import from_pandas
from support import needs_mlflow_3

pytestmark = needs_mlflow_3


@pytest.fixture
def logged_model(client, experiment_id):
    return client.create_logged_model(experiment_id, name="ranker")


def test_outputs(client, experiment_id, logged_model):
    from mlflow.entities import LoggedModelOutput

    other = client.create_logged_model(experiment_id, name="second")
    with mlflow.start_run() as run:
        mlflow.log_outputs([LoggedModelOutput(logged_model.model_id, step=1), LoggedModelOutput(other.model_id, step=7)])
    outputs = client.get_run(run.info.run_id).outputs.model_outputs
    assert {(output.model_id, output.step) for output in outputs} == {(logged_model.model_id, 1), (other.model_id, 7)}


def test_model_inputs_beside_a_dataset(client, run_id, logged_model, data, unique):
    from mlflow.entities import LoggedModelInput

    dataset = from_pandas(data.features, name=unique("features"))
    with mlflow.start_run(run_id=run_id):
        mlflow.log_input(dataset, context="evaluation")
    client.log_inputs(run_id, models=[LoggedModelInput(logged_model.model_id)])
    inputs = client.get_run(run_id).inputs
    assert [model_input.model_id for model_input in inputs.model_inputs] == [logged_model.model_id]
    assert [dataset_input.dataset.name for dataset_input in inputs.dataset_inputs] == [dataset.name]


def test_found_runs_show_their_outputs(client, experiment_id, logged_model):
    from mlflow.entities import LoggedModelOutput

    with mlflow.start_run():
        mlflow.log_outputs(models=[LoggedModelOutput(model_id=logged_model.model_id, step=0)])
    (run,) = client.search_runs([experiment_id])
    assert [output.model_id for output in run.outputs.model_outputs] == [logged_model.model_id]


def test_model_metrics_with_the_active_dataset(client, experiment_id, logged_model, data, unique):
    dataset = from_pandas(data.features, name=unique("test"))
    with mlflow.start_run():
        mlflow.log_metrics({"accuracy": 0.9}, step=2, model_id=logged_model.model_id, dataset=dataset)
    (metric,) = client.get_logged_model(logged_model.model_id).metrics
    assert (metric.key, metric.value, metric.step) == ("accuracy", 0.9, 2)
    assert (metric.dataset_name, metric.dataset_digest) == (dataset.name, dataset.digest)


def test_run_without_any(client, run_id):
    run = client.get_run(run_id)
    assert (run.inputs.dataset_inputs, run.inputs.model_inputs) == ([], [])
    assert not run.outputs or run.outputs.model_outputs == []
