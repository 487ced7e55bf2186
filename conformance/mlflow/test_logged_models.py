"""Logged models, the version 3 client's models apart from runs and registry."""

import mlflow
import pytest
from support import error_code_of, log_model, needs_mlflow_3, unique_name

pytestmark = needs_mlflow_3


def test_life(client, experiment_id, run_id):
    created = client.create_logged_model(
        experiment_id, name="ranker", source_run_id=run_id, tags={"team": "search"}, params={"depth": "3"}, model_type="tree"
    )
    assert (created.name, created.status, created.model_type) == ("ranker", "PENDING", "tree")
    assert created.model_id.startswith("m-")
    assert client.finalize_logged_model(created.model_id, "READY").status == "READY"
    read = client.get_logged_model(created.model_id)
    assert (read.experiment_id, read.source_run_id, read.status) == (experiment_id, run_id, "READY")
    assert (read.params, read.tags) == ({"depth": "3"}, {"team": "search"})
    assert read.creation_timestamp <= read.last_updated_timestamp
    client.delete_logged_model(created.model_id)
    assert error_code_of(lambda: client.get_logged_model(created.model_id)) == "RESOURCE_DOES_NOT_EXIST"


def test_generated_name(client, experiment_id):
    assert client.create_logged_model(experiment_id).name


def test_failed(client, experiment_id):
    model = client.create_logged_model(experiment_id)
    assert client.finalize_logged_model(model.model_id, "FAILED").status == "FAILED"


def test_params_and_tags(client, experiment_id):
    model = client.create_logged_model(experiment_id, name="ranker")
    client.log_model_params(model.model_id, {f"p{number}": str(number) for number in range(120)})
    client.set_logged_model_tags(model.model_id, {"a": "1", "b": "2"})
    client.set_logged_model_tags(model.model_id, {"a": "changed"})
    client.delete_logged_model_tag(model.model_id, "b")
    read = client.get_logged_model(model.model_id)
    assert len(read.params) == 120
    assert read.tags == {"a": "changed"}
    assert error_code_of(lambda: client.delete_logged_model_tag(model.model_id, "b")) == "RESOURCE_DOES_NOT_EXIST"


def test_metrics_of_a_model(client, experiment_id, run_id):
    model = client.create_logged_model(experiment_id, name="ranker")
    client.log_metric(run_id, "ndcg", 0.7, step=1, model_id=model.model_id)
    client.log_metric(run_id, "ndcg", 0.8, step=2, model_id=model.model_id, dataset_name="test", dataset_digest="d1")
    metrics = client.get_logged_model(model.model_id).metrics
    assert {(metric.key, metric.value, metric.step, metric.dataset_name) for metric in metrics} == {
        ("ndcg", 0.7, 1, None),
        ("ndcg", 0.8, 2, "test"),
    }
    assert client.get_run(run_id).data.metrics == {"ndcg": 0.8}


def test_artifacts(client, experiment_id, tmp_path):
    model = client.create_logged_model(experiment_id)
    (tmp_path / "sub").mkdir()
    (tmp_path / "weights.bin").write_bytes(b"123")
    (tmp_path / "sub" / "notes.txt").write_text("notes")
    client.log_model_artifacts(model.model_id, str(tmp_path))
    assert {file.path for file in client.list_logged_model_artifacts(model.model_id)} == {"sub", "weights.bin"}
    text = mlflow.artifacts.load_text(f"{model.artifact_location}/sub/notes.txt")
    assert text == "notes"


def test_made_by_log_model(client, experiment_id, model, data):
    with mlflow.start_run() as run:
        info = log_model(model, params={"C": 100}, tags={"kind": "demo"}, model_type="classifier", step=4)
    read = client.get_logged_model(info.model_id)
    assert (read.name, read.status, read.source_run_id) == ("model", "READY", run.info.run_id)
    assert (read.params, read.model_type, read.tags["kind"]) == ({"C": "100"}, "classifier", "demo")
    assert list(mlflow.pyfunc.load_model(f"models:/{info.model_id}").predict(data.features)) == data.labels
    (output,) = client.get_run(run.info.run_id).outputs.model_outputs
    assert (output.model_id, output.step) == (info.model_id, 4)


@pytest.fixture(scope="module")
def searched(client):
    experiment = client.create_experiment(unique_name("models"))
    run = client.create_run(experiment).info.run_id
    for name, depth, score, ready in (("a", "1", 0.5, True), ("b", "2", 0.9, True), ("c", "2", 0.7, False)):
        model = client.create_logged_model(experiment, name=f"rank-{name}", params={"depth": depth}, tags={"team": name})
        client.log_metric(run, "score", score, model_id=model.model_id, dataset_name="test", dataset_digest=name)
        if ready:
            client.finalize_logged_model(model.model_id, "READY")
    client.delete_logged_model(client.create_logged_model(experiment, name="rank-gone").model_id)
    return experiment


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, ["a", "b", "c"]),
        ("name = 'rank-b'", ["b"]),
        ("attributes.name LIKE 'rank-%' AND params.depth = '2'", ["b", "c"]),
        ("metrics.score > 0.6", ["b", "c"]),
        ("metrics.score >= 0.5 AND metrics.score != 0.7", ["a", "b"]),
        ("tags.team IN ('a', 'c')", ["a", "c"]),
        ("name NOT IN ('rank-a')", ["b", "c"]),
        ("creation_timestamp < 1000", []),
    ],
)
def test_search(client, searched, condition, expected):
    found = client.search_logged_models([searched], filter_string=condition)
    assert sorted(model.name.removeprefix("rank-") for model in found) == expected


def test_search_by_a_dataset(client, searched):
    dataset = {"dataset_name": "test", "dataset_digest": "b"}
    found = client.search_logged_models([searched], "metrics.score > 0.6", datasets=[dataset])
    assert [model.name for model in found] == ["rank-b"]


def test_search_in_order_and_pages(client, searched):
    order = [{"field_name": "metrics.score", "ascending": False}]
    first = client.search_logged_models([searched], order_by=order, max_results=2)
    second = client.search_logged_models([searched], order_by=order, max_results=2, page_token=first.token)
    assert [model.name[-1] for model in [*first, *second]] == ["b", "c", "a"]
    assert not second.token


def test_search_into_a_data_frame(searched):
    frame = mlflow.search_logged_models([searched], order_by=[{"field_name": "name", "ascending": True}])
    assert list(frame["name"]) == ["rank-a", "rank-b", "rank-c"]


def test_external_model(experiment_id):
    model = mlflow.create_external_model(name="served-elsewhere", params={"endpoint": "x"})
    assert (model.name, model.status) == ("served-elsewhere", "READY")
    assert mlflow.get_logged_model(model.model_id).params == {"endpoint": "x"}


def test_missing_model(client, experiment_id):
    missing = f"m-{'0' * 32}"
    assert error_code_of(lambda: client.get_logged_model(missing)) == "RESOURCE_DOES_NOT_EXIST"
    assert error_code_of(lambda: client.finalize_logged_model(missing, "READY")) == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(mlflow.MlflowException, match="Failed to get logged model"):
        client.set_logged_model_tags(missing, {"a": "b"})


@pytest.mark.parametrize("name", ["with/slash", "with:colon", "with.dot", "with%percent"])
def test_names_that_are_refused(client, experiment_id, name):
    assert error_code_of(lambda: client.create_logged_model(experiment_id, name=name)) == "INVALID_PARAMETER_VALUE"
