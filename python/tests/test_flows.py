"""What users of mlflow do, through the entry points; the flows of conformance/mlflow go deeper."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from gateway import Gateway
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

Connect = Callable[[str], MlflowClient]
Unique = Callable[[str], str]


@pytest.fixture(params=["http", "https"])
def client(
    connect: Connect, address: str, tls_gateway: Gateway, ca_file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> MlflowClient:
    """Of the server itself, and through a gateway with a CA of its own that wants the token of a file."""
    if request.param == "http":
        return connect(address)
    token_file = tmp_path / "token"
    token_file.write_text("s3cret")
    tls_gateway.token = "s3cret"
    return connect(f"modelregistry+https://localhost:{tls_gateway.port}?custom-ca={ca_file}&user-token={token_file}")


def test_a_run_with_its_data(client: MlflowClient, unique: Unique) -> None:
    mlflow.set_experiment(unique("training"))
    with mlflow.start_run(run_name="first") as run:
        mlflow.log_params({"rate": 0.1, "depth": 3})
        for step in range(3):
            mlflow.log_metric("loss", 1 / (step + 1), step=step)
        mlflow.set_tag("team", "growth")
        mlflow.log_dict({"a": 1}, "folder/data.json")
    data = client.get_run(run.info.run_id).data
    assert (data.params, data.tags["team"]) == ({"rate": "0.1", "depth": "3"}, "growth")
    assert [point.step for point in client.get_metric_history(run.info.run_id, "loss")] == [0, 1, 2]
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/folder/data.json") == {"a": 1}


def test_batches_are_searched_by_filters_in_order(client: MlflowClient, unique: Unique) -> None:
    experiment = client.create_experiment(unique("searched"), tags={"kind": "sweep"})
    for number in range(5):
        run = client.create_run(experiment).info.run_id
        client.log_batch(
            run, [Metric("score", number, 1, 0)], [Param("n", str(number))], [RunTag("odd", str(number % 2))]
        )
    found = client.search_runs([experiment], "tags.odd = '0' and metrics.score > 0", order_by=["metrics.score DESC"])
    assert [run.data.params["n"] for run in found] == ["4", "2"]
    page = client.search_runs([experiment], order_by=["params.n ASC"], max_results=3)
    rest = client.search_runs([experiment], order_by=["params.n ASC"], max_results=3, page_token=page.token)
    assert [run.data.params["n"] for run in [*page, *rest]] == ["0", "1", "2", "3", "4"]
    name = client.get_experiment(experiment).name
    assert [
        each.name for each in client.search_experiments(filter_string=f"name = '{name}' and tags.kind = 'sweep'")
    ] == [name]


def test_experiments_are_renamed_deleted_and_restored(client: MlflowClient, unique: Unique) -> None:
    experiment = client.create_experiment(unique("before"))
    name = unique("after")
    client.rename_experiment(experiment, name)
    client.delete_experiment(experiment)
    assert experiment in [each.experiment_id for each in client.search_experiments(ViewType.DELETED_ONLY)]
    client.restore_experiment(experiment)
    found = client.get_experiment_by_name(name)
    assert found and (found.experiment_id, found.lifecycle_stage) == (experiment, "active")


def test_models_with_versions_aliases_stages_and_tags(client: MlflowClient, unique: Unique) -> None:
    name, renamed = unique("model"), unique("renamed")
    client.create_registered_model(name, tags={"team": "growth"}, description="ranks")
    for _ in range(2):
        client.create_model_version(name, "s3://elsewhere/model", tags={"kind": "trial"}, await_creation_for=0)
    client.set_registered_model_alias(name, "champion", "2")
    client.transition_model_version_stage(name, "1", "Staging")
    client.rename_registered_model(name, renamed)
    model = client.get_registered_model(renamed)
    assert (model.tags, model.description, model.aliases) == ({"team": "growth"}, "ranks", {"champion": "2"})
    assert client.get_model_version_by_alias(renamed, "champion").version in ("2", 2)
    assert [each.name for each in client.search_registered_models(f"name = '{renamed}'")] == [renamed]
    versions = client.search_model_versions(
        f"name = '{renamed}' and tags.kind = 'trial'", order_by=["version_number ASC"]
    )
    assert [(str(version.version), version.current_stage) for version in versions] == [("1", "Staging"), ("2", "None")]
    client.delete_model_version(renamed, "1")
    client.delete_registered_model(renamed)
    with pytest.raises(MlflowException) as raised:
        client.get_registered_model(renamed)
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_logged_models(client: MlflowClient, unique: Unique) -> None:
    experiment = client.create_experiment(unique("models"))
    model = client.create_logged_model(experiment, "net", tags={"team": "growth"}, params={"depth": "3"})
    client.finalize_logged_model(model.model_id, "READY")
    client.set_logged_model_tags(model.model_id, {"checked": "yes"})
    found = client.search_logged_models([experiment], "params.depth = '3'")
    assert [each.model_id for each in found] == [model.model_id]
    assert found[0].tags.items() >= {"team": "growth", "checked": "yes"}.items()
    client.delete_logged_model(model.model_id)
    assert list(client.search_logged_models([experiment])) == []


def test_a_version_of_logged_files_is_downloaded(client: MlflowClient, unique: Unique) -> None:
    name = unique("files")
    run = client.create_run("0").info
    client.log_text(run.run_id, "weights", "model/weights.bin")
    client.create_registered_model(name)
    client.create_model_version(name, f"{run.artifact_uri}/model", run.run_id, await_creation_for=0)
    assert mlflow.artifacts.load_text(f"models:/{name}/1/weights.bin") == "weights"


def test_what_the_server_lacks_is_its_own_clear_error(client: MlflowClient) -> None:
    with pytest.raises(MlflowException, match="does not keep traces"):
        client.search_traces(experiment_ids=["0"])


def test_errors_are_the_servers(client: MlflowClient, unique: Unique) -> None:
    name = unique("taken")
    client.create_experiment(name)
    with pytest.raises(MlflowException) as raised:
        client.create_experiment(name)
    assert raised.value.error_code == "RESOURCE_ALREADY_EXISTS"
