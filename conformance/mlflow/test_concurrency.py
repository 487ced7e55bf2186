"""Threads that write to the same things at once."""

from concurrent.futures import ThreadPoolExecutor

import mlflow
from mlflow.entities import Metric, RunTag
from support import add_version

THREADS = 8


def in_threads(work, count):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(count)))


def test_metrics_of_one_run(client, run_id):
    in_threads(lambda step: client.log_metric(run_id, "loss", step / 10, timestamp=1000 + step, step=step), 160)
    history = client.get_metric_history(run_id, "loss")
    assert [point.step for point in history] == list(range(160))
    assert client.get_run(run_id).data.metrics == {"loss": 15.9}


def test_batches_to_one_run(client, run_id):
    def log(number):
        metrics = [Metric(f"m{number}", float(step), 1000, step) for step in range(50)]
        client.log_batch(run_id, metrics=metrics, tags=[RunTag(f"t{number}", "x")])

    in_threads(log, 24)
    data = client.get_run(run_id).data
    assert data.metrics == {f"m{number}": 49.0 for number in range(24)}
    assert len([key for key in data.tags if key.startswith("t")]) == 24


def test_whole_runs_side_by_side(client, experiment_id):
    def train(number):
        run = client.create_run(experiment_id, run_name=f"run-{number}").info.run_id
        client.log_param(run, "number", number)
        client.log_metric(run, "score", number)
        client.log_text(run, str(number), "number.txt")
        client.set_terminated(run)
        return run

    runs = in_threads(train, 24)
    frame = mlflow.search_runs([experiment_id], order_by=["metrics.score ASC"])
    assert list(frame["run_id"]) == runs
    assert list(frame["params.number"]) == [str(number) for number in range(24)]
    assert mlflow.artifacts.load_text(f"runs:/{runs[7]}/number.txt") == "7"


def test_every_version_number_is_given_once(client, model_name):
    client.create_registered_model(model_name)
    numbers = in_threads(lambda _: int(add_version(client, model_name)), 24)
    assert sorted(numbers) == list(range(1, 25))


def test_one_param_has_one_winner(client, run_id):
    def log(number):
        try:
            client.log_param(run_id, "winner", number)
        except mlflow.MlflowException as refusal:
            return refusal.error_code
        return "won"

    outcomes = in_threads(log, 16)
    assert outcomes.count("won") == 1
    assert set(outcomes) <= {"won", "INVALID_PARAMETER_VALUE"}
    assert client.get_run(run_id).data.params["winner"] == str(outcomes.index("won"))
