"""Both clients at work on the same things at once."""

from concurrent.futures import ThreadPoolExecutor

from mr_openapi import ModelVersionCreate, RegisteredModelCreate
from support import history, log_metric, needs_experiments, run_named

WORKERS = 8


def at_once(jobs):
    """Runs them side by side; returns what they gave, in their order."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


@needs_experiments
def test_no_point_is_lost(mlflow_client, kubeflow, experiment_id):
    """Many within one millisecond, of one metric of one run, from both."""
    run_id = mlflow_client.create_run(experiment_id, run_name="shared").info.run_id
    number = run_named(kubeflow, experiment_id, "shared").id
    stamp = 1_700_000_000_000
    jobs = []
    for step in range(0, 200, 2):
        jobs.append(lambda step=step: mlflow_client.log_metric(run_id, "loss", step / 4, stamp, step))
        jobs.append(lambda step=step + 1: log_metric(kubeflow, number, "loss", step / 4, step=step, timestamp=stamp))
    at_once(jobs)
    expected = [(step, step / 4) for step in range(200)]
    points = mlflow_client.get_metric_history(run_id, "loss")
    assert sorted((point.step, point.value) for point in points) == expected
    assert sorted(history(kubeflow, number, "loss")) == expected


def test_numbers_of_versions_are_given_once(mlflow_client, kubeflow, mlflow_model):
    model_id = kubeflow.model(mlflow_model.name).id
    jobs = []
    for index in range(20):
        body = ModelVersionCreate(name=f"free-{index}", registered_model_id=model_id)
        jobs.append(lambda body=body: kubeflow.call("create_model_version", body))
        jobs.append(lambda: mlflow_client.create_model_version(mlflow_model.name, "s3://b/m", await_creation_for=0))
    at_once(jobs)
    found = mlflow_client.search_model_versions(f"name = '{mlflow_model.name}'", max_results=100)
    assert sorted(int(version.version) for version in found) == list(range(1, 42))
    names = [version.name for version in kubeflow.registry.get_model_versions(mlflow_model.name)]
    assert len(set(names)) == 41


def test_one_name_is_given_once(mlflow_client, kubeflow, name):
    def through_mlflow():
        mlflow_client.create_registered_model(name)

    def through_kubeflow():
        kubeflow.call("create_registered_model", RegisteredModelCreate(name=name))

    def succeeds(job):
        try:
            job()
        except Exception as refused:
            assert "RESOURCE_ALREADY_EXISTS" in str(refused) or "Conflict" in str(refused), refused
            return False
        return True

    outcomes = at_once([lambda job=job: succeeds(job) for job in [through_mlflow, through_kubeflow] * 6])
    assert outcomes.count(True) == 1
    assert len(kubeflow.all("get_registered_models", filter_query=f"name = '{name}'")) == 1
