"""Registering at one server what was logged at another."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from gateway import Gateway
from mlflow import MlflowClient

from modelregistry.native.foreign_models import is_foreign, is_out_of_reach
from modelregistry.settings import read_settings

Unique = Callable[[str], str]


@pytest.fixture
def client(gateway: Gateway, address: str) -> MlflowClient:
    """Of a registry, with the tracking server elsewhere: the same server by another address is as foreign as any."""
    mlflow.set_tracking_uri(f"modelregistry+http://127.0.0.1:{gateway.port}")
    mlflow.set_registry_uri(f"{address}?author=Ada")
    return MlflowClient()


def test_files_of_a_run_come_along(client: MlflowClient, gateway: Gateway, unique: Unique) -> None:
    name = unique("model")
    run = client.create_run("0").info
    client.log_text(run.run_id, "weights", "model/deep/weights.bin")
    client.create_registered_model(name)
    version = client.create_model_version(name, f"{run.artifact_uri}/model", run.run_id, await_creation_for=0)
    assert (version.run_id, version.user_id) == (run.run_id, "Ada")
    gateway.hidden = ("/",)
    assert mlflow.artifacts.load_text(f"models:/{name}/1/deep/weights.bin") == "weights"


def test_a_local_folder_comes_along(client: MlflowClient, tmp_path: Path, unique: Unique) -> None:
    name = unique("model")
    (tmp_path / "weights.bin").write_text("weights")
    client.create_registered_model(name)
    for source in (str(tmp_path), tmp_path.as_uri()):
        version = client.create_model_version(name, source, await_creation_for=0)
        assert mlflow.artifacts.load_text(f"models:/{name}/{version.version}/weights.bin") == "weights"


def test_a_logged_model_comes_along_with_its_run(client: MlflowClient, unique: Unique) -> None:
    name = unique("model")
    run = client.create_run("0").info.run_id
    model = client.create_logged_model("0", "net", source_run_id=run)
    client.create_registered_model(name)
    version = client._create_model_version(
        name, f"models:/{model.model_id}", model_id=model.model_id, await_creation_for=0, local_model_path=__file__
    )
    assert version.run_id == run
    assert version.source != f"models:/{model.model_id}"
    assert "comes_along" in mlflow.artifacts.load_text(f"models:/{name}/1/{Path(__file__).name}")


def test_a_model_is_registered_as_it_is_logged_beside_a_local_database(
    address: str, tmp_path: Path, unique: Unique
) -> None:
    """The usual lines of a training script that sets a registry alone."""
    sklearn = pytest.importorskip("sklearn.linear_model")
    import mlflow.sklearn

    name = unique("model")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/tracking.db")
    mlflow.set_registry_uri(address)
    with mlflow.start_run() as run:
        model = sklearn.LogisticRegression().fit([[0], [1]], [0, 1])
        mlflow.sklearn.log_model(model, name="model", registered_model_name=name, pip_requirements=[])
    assert mlflow.sklearn.load_model(f"models:/{name}/1").predict([[1]]) == [1]
    assert MlflowClient().get_model_version(name, "1").run_id == run.info.run_id
    # Whoever tracks at the registry itself finds it too.
    mlflow.set_tracking_uri(address)
    assert mlflow.sklearn.load_model(f"models:/{name}/1").predict([[0]]) == [0]


def test_what_everyone_can_reach_stays_where_it_is(client: MlflowClient, unique: Unique) -> None:
    name = unique("model")
    client.create_registered_model(name)
    version = client.create_model_version(name, "s3://bucket/model", await_creation_for=0)
    assert version.source == "s3://bucket/model"
    assert client.copy_model_version(f"models:/{name}/1", name).source == f"models:/{name}/1"


def test_a_failed_upload_makes_no_version(client: MlflowClient, unique: Unique) -> None:
    name = unique("model")
    client.create_registered_model(name)
    with pytest.raises(Exception, match="missing"):
        client.create_model_version(name, "file:///missing/model", await_creation_for=0)
    assert client.search_model_versions(f"name = '{name}'") == []


@pytest.mark.parametrize(
    ("tracking", "is_elsewhere"),
    [
        (None, False),
        ("http://registry:8080", False),
        ("http://registry:8080/", False),
        ("modelregistry://registry:8080?is-secure=false", False),
        ("http://registry", True),
        ("https://registry:8080", True),
        ("http://registry:8080/team", True),
        ("modelregistry+http://other:8080", True),
        ("sqlite:///mlflow.db", True),
        ("databricks", True),
    ],
)
def test_where_tracking_is(tracking: str | None, is_elsewhere: bool) -> None:
    assert is_foreign(tracking, read_settings("modelregistry+http://registry:8080")) is is_elsewhere


@pytest.mark.parametrize(
    ("source", "is_stuck"),
    [
        ("models:/m-0123", True),
        ("models:/ranker/3", False),
        ("models:/ranker@champion", False),
        ("runs:/0123/model", True),
        ("file:///tmp/model", True),
        ("mlflow-artifacts:/0/run/artifacts/model", True),
        ("mlflow-artifacts://host:5000/0/run/artifacts/model", False),
        ("s3://bucket/model", False),
        ("dummy-source", False),
        (__file__, True),
    ],
)
def test_which_files_can_be_reached_by_all(source: str, is_stuck: bool) -> None:
    assert is_out_of_reach(source) is is_stuck
