"""Experiments, runs and what they log, with the client that speaks v1alpha3."""

import threading

import pytest
from capabilities import needs_experiments
from model_registry.types import Metric, Parameter

pytestmark = needs_experiments


@pytest.fixture
def client(connect):
    """One for each test: a client remembers the run that is active."""
    return connect()


@pytest.fixture
def started(client, unique):
    """Starts runs of one experiment and hands back the run."""
    name = unique("experiment")
    return lambda **options: client.start_experiment_run(experiment_name=name, **options)


def logged(client, **run) -> dict:
    return {item.name: item for item in client.get_experiment_run_logs(**run)}


def test_run_with_everything(client, started):
    with started(owner="Ada", description="of the experiment", run_description="of the run") as run:
        run.log_param("input1", 5.75, description="a number")
        run.log_param("optimizer", "adam")
        run.log_param("shuffle", True)
        for step, loss in enumerate([0.9, 0.5, 0.25]):
            run.log_metric("loss", loss, step=step, timestamp=str(1_700_000_000_000 + step), description="goes down")
        run.log_dataset("train", uri="s3://b/train", source_type="s3", source="s3://b", schema="{}", profile="{}")
    logs = logged(client, run_id=run.info.id)
    params = [(name, log.value, log.parameter_type.value) for name, log in logs.items() if isinstance(log, Parameter)]
    assert params == [("input1", 5.75, "number"), ("optimizer", "adam", "string"), ("shuffle", True, "boolean")]
    assert logs["input1"].description == "a number"
    assert (logs["loss"].value, logs["loss"].step, logs["loss"].timestamp) == (0.25, 2, "1700000000002")
    assert (logs["train"].uri, logs["train"].source_type, logs["train"].source) == ("s3://b/train", "s3", "s3://b")
    assert {(log.experiment_id, log.experiment_run_id) for log in logs.values()} == {
        (run.info.experiment_id, run.info.id)
    }
    read = client.get_experiment_run(run.info.id)
    assert (read.name, read.description, read.experiment_id) == (run.info.name, "of the run", run.info.experiment_id)
    [experiment] = [item for item in newest_experiments(client) if item.id == run.info.experiment_id]
    assert (experiment.owner, experiment.description) == ("Ada", "of the experiment")


def newest_experiments(client, count=20):
    pager = client.get_experiments().order_by_creation_time().descending().page_size(count)
    return pager.next_page()


def test_what_the_run_holds_after_it_ended(started):
    with started() as run:
        run.log_param("lr", 0.1)
        run.log_metric("loss", 0.5)
        assert run.get_log("params", "lr").id is None
    assert run.get_log("params", "lr").id
    assert run.get_log("metrics", "loss").experiment_run_id == run.info.id
    assert len(run.get_logs()) == 2


def test_second_run_of_an_experiment(client, started):
    with started() as first:
        first.log_metric("loss", 1)
    with started() as second:
        second.log_metric("loss", 2)
    assert first.info.experiment_id == second.info.experiment_id
    assert logged(client, run_id=first.info.id)["loss"].value == 1
    assert logged(client, run_id=second.info.id)["loss"].value == 2


def test_continued_run(client, started):
    with started() as run:
        run.log_param("lr", 0.1)
        run.log_metric("loss", 0.5, step=1)
    with client.start_experiment_run(experiment_id=run.info.experiment_id, run_id=run.info.id) as again:
        again.log_metric("loss", 0.25, step=2)
    assert again.info.id == run.info.id
    logs = logged(client, run_id=run.info.id)
    assert set(logs) == {"lr", "loss"}
    assert (logs["loss"].value, logs["loss"].step) == (0.25, 2)


def test_metric_history(client, api, started):
    with started() as run:
        run.log_metric("loss", 0.5, step=1)
    with client.start_experiment_run(experiment_id=run.info.experiment_id, run_id=run.info.id) as again:
        again.log_metric("loss", 0.25, step=2)
    history = api.get(f"/experiment_runs/{run.info.id}/metric_history", name="loss")["items"]
    assert [(point["value"], point["step"]) for point in history] == [(0.5, 1), (0.25, 2)]


def test_metric_at_many_steps(client, api, started):
    """A run keeps the last value of a name only, so every step is sent by the lower layer."""
    with started() as run:
        pass
    for step in range(10):
        metric = Metric(name="loss", value=1 / (step + 1), step=step, timestamp=str(1_700_000_000_000 + step))
        client.async_runner(client._api.upsert_experiment_run_artifact(run.info.id, metric))
    history = api.get(f"/experiment_runs/{run.info.id}/metric_history", name="loss")["items"]
    assert [point["step"] for point in history] == list(range(10))


def test_nested_runs(client, started):
    with started() as parent:
        parent.log_param("lr", 0.1)
        with started(nested=True) as child:
            child.log_param("lr", 0.2)
    assert child.info.experiment_id == parent.info.experiment_id
    assert client.get_experiment_run(child.info.id).custom_properties == {"kubeflow.parent_run_id": parent.info.id}
    assert client.get_experiment_run(parent.info.id).custom_properties is None


def test_run_within_a_run_has_to_be_nested(client, started):
    with started(), pytest.raises(ValueError, match="nested=True"):
        client.start_experiment_run()


def test_generated_names(client):
    with client.start_experiment_run() as run:
        run.log_param("a", 1)
    assert run.info.name
    assert logged(client, run_id=run.info.id)["a"].value == 1


def test_dataset_needs_a_place(started):
    with started() as run, pytest.raises(ValueError, match="uri"):
        run.log_dataset("train")


def test_create_experiment(client, unique):
    name = unique("experiment")
    created = client.create_experiment(name)
    assert created.name == name
    assert client.create_experiment(name).id == created.id


def test_experiments(client, unique):
    made = [client.create_experiment(unique("experiment")).name for _ in range(3)]
    assert [experiment.name for experiment in newest_experiments(client, 3)] == made[::-1]
    assert set(made) <= {experiment.name for experiment in client.get_experiments().page_size(50)}


def test_runs_of_an_experiment(client, unique):
    name = unique("experiment")
    ids = []
    for _ in range(5):
        with client.start_experiment_run(experiment_name=name) as run:
            ids.append(run.info.id)
    for experiment in ({"experiment_name": name}, {"experiment_id": run.info.experiment_id}):
        assert [item.id for item in client.get_experiment_runs(**experiment)] == ids
        pager = client.get_experiment_runs(**experiment).page_size(2).order_by_creation_time()
        assert [item.id for item in pager] == ids
        assert [item.id for item in pager.order_by_id().descending()] == ids[::-1]
    assert list(client.get_experiment_runs(experiment_name=unique("none"))) == []
    assert list(client.get_experiment_runs(experiment_id="2000000000")) == []


def test_logs_of_a_named_run(client, started):
    with started() as run:
        run.log_param("lr", 0.1)
    experiment = client.get_experiments().order_by_creation_time().descending().page_size(1).next_page()[0]
    for options in ({"experiment_name": experiment.name}, {"experiment_id": run.info.experiment_id}):
        assert set(logged(client, run_name=run.info.name, **options)) == {"lr"}
        assert logged(client, run_name="none", **options) == {}
    assert logged(client, run_id="2000000000") == {}


def test_logs_page_by_page(client, started):
    with started() as run:
        for number in range(7):
            run.log_param(f"p{number}", number)
    pager = client.get_experiment_run_logs(run_id=run.info.id).page_size(3)
    assert [log.name for log in pager] == [f"p{number}" for number in range(7)]
    assert [log.name for log in pager.order_by_id().descending()] == [f"p{number}" for number in range(6, -1, -1)]


def test_missing_run(client):
    assert client.get_experiment_run("2000000000") is None


def test_threads(client, connect, unique):
    """Each thread has a run of its own with a client of its own."""
    name = unique("experiment")
    client.create_experiment(name)
    found: dict[int, dict] = {}

    def work(number):
        mine = connect(async_runner=run_in_new_loop)
        with mine.start_experiment_run(experiment_name=name) as run:
            run.log_param("number", number)
            run.log_metric("score", number)
        found[number] = logged(mine, run_id=run.info.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {number: logs["score"].value for number, logs in found.items()} == {0: 0, 1: 1, 2: 2, 3: 3}
    assert len(list(client.get_experiment_runs(experiment_name=name))) == 4


def run_in_new_loop(coroutine):
    import asyncio

    return asyncio.run(coroutine)
