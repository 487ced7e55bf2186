"""System metrics: sampled in the background while a run lasts."""

import mlflow
import pytest
from support import wait_until

pytest.importorskip("psutil")


@pytest.fixture
def fast_sampling():
    mlflow.set_system_metrics_sampling_interval(0.1)
    mlflow.set_system_metrics_samples_before_logging(1)
    yield
    mlflow.set_system_metrics_sampling_interval(None)
    mlflow.set_system_metrics_samples_before_logging(None)


def test_logged_while_the_run_lasts(client, experiment_id, fast_sampling):
    def sampled(run):
        return client.get_metric_history(run.info.run_id, "system/cpu_utilization_percentage")

    with mlflow.start_run(log_system_metrics=True) as run:
        wait_until(lambda: len(sampled(run)) >= 2)
    keys = client.get_run(run.info.run_id).data.metrics.keys()
    assert {"system/cpu_utilization_percentage", "system/system_memory_usage_megabytes"} <= keys
    steps = [point.step for point in sampled(run)]
    assert steps == list(range(len(steps)))


def test_not_logged_unless_asked_for(client, experiment_id):
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 1.0)
    assert client.get_run(run.info.run_id).data.metrics.keys() == {"loss"}
