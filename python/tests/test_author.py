"""The author of an address is who makes things, for clients of both APIs."""

import os
from collections.abc import Callable
from typing import Any

import mlflow
import pytest
import requests
from mlflow import MlflowClient

Connect = Callable[[str], MlflowClient]
Unique = Callable[[str], str]


@pytest.fixture
def kubeflow(url: str) -> Callable[..., dict[str, Any]]:
    """What Kubeflow's clients find."""

    def find(kind: str, **query: str) -> dict[str, Any]:
        response = requests.get(f"{url}/api/model_registry/v1alpha3/{kind}", params=query, timeout=30)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found

    return find


@pytest.fixture
def client(connect: Connect, address: str) -> MlflowClient:
    return connect(f"{address}?author=Ada%20L%C3%B6ve")


AUTHOR = "Ada Löve"


def test_models_and_versions(client: MlflowClient, kubeflow: Callable[..., dict[str, Any]], unique: Unique) -> None:
    name = unique("model")
    client.create_registered_model(name)
    version = client.create_model_version(name, "s3://elsewhere/model", await_creation_for=0)
    assert version.user_id == AUTHOR
    model = kubeflow("registered_model", name=name)
    assert model["owner"] == AUTHOR
    assert kubeflow("model_version", name="1", parentResourceId=model["id"])["author"] == AUTHOR


def test_experiments_and_runs(client: MlflowClient, kubeflow: Callable[..., dict[str, Any]], unique: Unique) -> None:
    name, run_name = unique("experiment"), unique("run")
    mlflow.set_experiment(name)
    with mlflow.start_run(run_name=run_name) as run:
        pass
    assert run.info.user_id == AUTHOR
    assert client.get_run(run.info.run_id).data.tags["mlflow.user"] == AUTHOR
    experiment = kubeflow("experiment", name=name)
    assert experiment["owner"] == AUTHOR
    assert kubeflow("experiment_run", name=run_name, parentResourceId=experiment["id"])["owner"] == AUTHOR


def test_logged_models(client: MlflowClient) -> None:
    model = client.create_logged_model("0", "net", tags={"team": "growth"})
    assert client.get_logged_model(model.model_id).tags.items() >= {"mlflow.user": AUTHOR, "team": "growth"}.items()


def test_without_an_author_it_is_as_mlflow_has_it(connect: Connect, address: str, unique: Unique) -> None:
    client = connect(address)
    name = unique("model")
    client.create_registered_model(name)
    assert not client.create_model_version(name, "s3://elsewhere/model", await_creation_for=0).user_id
    with mlflow.start_run() as run:
        pass
    assert run.data.tags["mlflow.user"] == run.info.user_id != AUTHOR


def test_the_author_of_the_environment(connect: Connect, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host, port = url.removeprefix("http://").split(":")
    settings = {"HOST": host, "PORT": port, "AUTHOR": AUTHOR, "SECURE": "false"}
    for name, value in settings.items():
        monkeypatch.setenv(f"MODEL_REGISTRY_{name}", value)
    client = connect(f"modelregistry:///?custom-ca={os.devnull}")
    assert client.create_run("0").info.user_id == AUTHOR
