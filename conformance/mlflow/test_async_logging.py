"""synchronous=False: logged from a queue, complete once flushed."""

import mlflow
import numpy as np
import pytest
from mlflow.entities import Metric, Param, RunTag


def test_metrics_params_and_tags(client, experiment_id):
    with mlflow.start_run() as run:
        for step in range(100):
            mlflow.log_metric("loss", 1 / (step + 1), step=step, synchronous=False)
        mlflow.log_params({f"p{number}": number for number in range(20)}, synchronous=False)
        mlflow.set_tags({"kind": "async"}, synchronous=False)
        mlflow.flush_async_logging()
    data = client.get_run(run.info.run_id).data
    assert (len(data.params), data.tags["kind"]) == (20, "async")
    assert [point.step for point in client.get_metric_history(run.info.run_id, "loss")] == list(range(100))


def test_waiting_for_one_operation(client, run_id):
    client.log_metric(run_id, "loss", 0.5, synchronous=False).wait()
    assert client.get_run(run_id).data.metrics == {"loss": 0.5}


def test_batches(client, run_id):
    operations = client.log_batch(
        run_id, [Metric("loss", 0.1, 1, 0)], [Param("rate", "1")], [RunTag("kind", "x")], synchronous=False
    )
    operations.wait()
    data = client.get_run(run_id).data
    assert (data.metrics, data.params, data.tags["kind"]) == ({"loss": 0.1}, {"rate": "1"}, "x")


def test_refusal_reaches_the_waiting_caller(client, run_id):
    client.log_param(run_id, "rate", "1")
    with pytest.raises(mlflow.MlflowException, match="rate"):
        client.log_param(run_id, "rate", "2", synchronous=False).wait()
    assert client.get_run(run_id).data.params == {"rate": "1"}


def test_as_the_default(client, experiment_id):
    mlflow.config.enable_async_logging()
    try:
        with mlflow.start_run() as run:
            mlflow.log_metric("loss", 0.25)
            mlflow.log_param("rate", 1)
            mlflow.flush_async_logging()
    finally:
        mlflow.config.enable_async_logging(False)
    data = client.get_run(run.info.run_id).data
    assert (data.metrics, data.params) == ({"loss": 0.25}, {"rate": "1"})


def test_images_in_the_background(client, experiment_id):
    with mlflow.start_run() as run:
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), key="sample", step=0, synchronous=False)
        mlflow.flush_artifact_async_logging()
    assert client.list_artifacts(run.info.run_id, "images")
