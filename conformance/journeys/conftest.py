"""Fixtures: both real clients on one URL. Every test brings its own names."""

import os
from types import SimpleNamespace
from urllib.parse import urlsplit

import mlflow_process
import pytest
from support import SPEAKS_EXPERIMENTS, Kubeflow, unique_name

pytest_plugins = ["server_url"]

# v1 has no experiments, and its client no words for them.
collect_ignore_glob = [] if SPEAKS_EXPERIMENTS else ["*experiments.py", "*run*.py", "*logged_models.py"]


def pytest_configure(config):
    mlflow_process.set_up((config.getoption("--url") or "").rstrip("/"))
    # A token that the machine has for another server is none of ours.
    os.environ.pop("KF_PIPELINES_SA_TOKEN_PATH", None)


@pytest.fixture(scope="session")
def mlflow_client(url):
    """MLflow's client; `mlflow` itself looks at the same server."""
    import mlflow

    mlflow.set_tracking_uri(url)
    return mlflow.MlflowClient(url)


@pytest.fixture
def kubeflow(url) -> Kubeflow:
    """Kubeflow's client, with the one that is generated from the contract below it."""
    parts = urlsplit(url)
    return Kubeflow(f"{parts.scheme}://{parts.hostname}", parts.port)


@pytest.fixture(autouse=True)
def clean_client_state(mlflow_client, tmp_path, monkeypatch):
    """Each test starts in an empty folder and leaves no active run or default experiment to the next."""
    monkeypatch.chdir(tmp_path)
    yield
    mlflow_process.forget_state()


@pytest.fixture
def name() -> str:
    return unique_name("churn")


@pytest.fixture
def mlflow_model(mlflow_client, name) -> SimpleNamespace:
    """A model with one version, made by MLflow."""
    mlflow_client.create_registered_model(name, tags={"team": "growth"}, description="made by MLflow")
    mlflow_client.create_model_version(name, "s3://bucket/churn", await_creation_for=0)
    return SimpleNamespace(name=name, version="1")


@pytest.fixture
def kubeflow_model(kubeflow, name) -> SimpleNamespace:
    """A model with one version and its artifact, made by Kubeflow."""
    kubeflow.register(name, "v1-first", uri="s3://bucket/churn", metadata={"team": "growth"})
    return SimpleNamespace(name=name, version="1")


@pytest.fixture
def experiment_id(mlflow_client) -> str:
    """A new experiment, made the active one of MLflow."""
    import mlflow

    identifier = mlflow_client.create_experiment(unique_name("experiment"))
    mlflow.set_experiment(experiment_id=identifier)
    return identifier
