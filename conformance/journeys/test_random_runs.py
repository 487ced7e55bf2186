"""Whatever both clients log to a run, in whichever order, they see the same afterwards."""

import random

import pytest
from mlflow.entities import Metric
from mlflow.exceptions import MlflowException
from mr_openapi import Parameter
from mr_openapi.exceptions import ApiException
from support import history, log, log_metric, properties, run_named, typed

STEPS = 60
STAMP = 1_700_000_000_000


class Walk:
    """One run, and what each client can do to it."""

    def __init__(self, mlflow_client, kubeflow, experiment_id: str, seed: int):
        self.mlflow, self.kubeflow, self.random = mlflow_client, kubeflow, random.Random(seed)
        self.run_id = mlflow_client.create_run(experiment_id, run_name="walk").info.run_id
        self.number = run_named(kubeflow, experiment_id, "walk").id
        self.points = 0
        self.done = 0

    def take(self, steps: int) -> None:
        moves = [getattr(self, name) for name in sorted(dir(self)) if name.startswith(("mlflow_", "kubeflow_"))]
        for _ in range(steps):
            try:
                self.random.choice(moves)()
                self.done += 1
            except MlflowException as refused:
                assert refused.error_code == "INVALID_PARAMETER_VALUE", refused
            except ApiException as refused:
                assert refused.status < 500, refused

    def key(self) -> str:
        return self.random.choice("abc")

    def step(self) -> int:
        """Each point has a time of its own, so that no two are equal."""
        self.points += 1
        return self.random.randint(0, 9)

    def mlflow_logs_a_metric(self):
        step = self.step()
        self.mlflow.log_metric(self.run_id, self.key(), self.random.random(), STAMP + self.points, step)

    def mlflow_logs_a_batch(self):
        metrics = [Metric(self.key(), self.random.random(), STAMP + self.points, step=self.step()) for _ in range(5)]
        self.mlflow.log_batch(self.run_id, metrics)

    def mlflow_logs_a_param(self):
        self.mlflow.log_param(self.run_id, self.key(), self.random.randint(1, 3))

    def mlflow_tags(self):
        self.mlflow.set_tag(self.run_id, self.key(), self.random.choice(["5", "text"]))

    def mlflow_ends_it(self):
        self.mlflow.set_terminated(self.run_id, self.random.choice(["FINISHED", "FAILED"]))

    def kubeflow_logs_a_metric(self):
        step = self.step()
        log_metric(self.kubeflow, self.number, self.key(), self.random.random(), step, STAMP + self.points)

    def kubeflow_logs_a_param(self):
        value = str(self.random.randint(1, 3))
        log(self.kubeflow, self.number, Parameter(artifactType="parameter", name=self.key(), value=value))

    def kubeflow_sets_properties(self):
        given = {self.key(): typed(self.random.choice([5, "text", True]))}
        self.kubeflow.update("experiment_run", self.number, customProperties=given)

    def kubeflow_sets_the_status(self):
        self.kubeflow.update("experiment_run", self.number, status=self.random.choice(["RUNNING", "KILLED"]))


@pytest.mark.parametrize("seed", range(4))
def test_both_see_the_same(mlflow_client, kubeflow, experiment_id, seed):
    walk = Walk(mlflow_client, kubeflow, experiment_id, seed)
    walk.take(STEPS)
    assert walk.done > STEPS / 2
    seen = mlflow_client.get_run(walk.run_id)
    found = [artifact.actual_instance for artifact in kubeflow.all("get_experiment_run_artifacts", walk.number)]
    assert {each.name: each.value for each in found if each.artifact_type == "metric"} == seen.data.metrics
    assert {each.name: each.value for each in found if each.artifact_type == "parameter"} == seen.data.params
    run = kubeflow.call("get_experiment_run", walk.number)
    assert run.status == seen.info.status
    shown = properties(run)
    assert shown.keys() == seen.data.tags.keys() - {"mlflow.runName"}
    compare_histories(walk, seen.data.metrics)


def compare_histories(walk: Walk, metrics: dict[str, float]) -> None:
    total = 0
    for name in metrics:
        points = mlflow_points(walk, name)
        assert sorted(history(walk.kubeflow, walk.number, name)) == points
        total += len(points)
    assert total == walk.points


def mlflow_points(walk: Walk, name: str) -> list[tuple[int, float]]:
    return sorted((point.step, point.value) for point in walk.mlflow.get_metric_history(walk.run_id, name))
