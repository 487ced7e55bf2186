"""Fixtures: both real clients on one URL. Every test brings its own names."""

import os
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from support import SPEAKS_EXPERIMENTS, Kubeflow, unique_name

# Read by mlflow when it is imported or at each request; a 5xx must fail at once rather than be retried for minutes.
CLIENT_SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}

# v1 has no experiments, and its client no words for them.
collect_ignore_glob = [] if SPEAKS_EXPERIMENTS else ["*experiments.py", "*run*.py", "*logged_models.py"]

# What the machine has for servers of its own.
INHERITED = (
    "KF_PIPELINES_SA_TOKEN_PATH",
    "MLFLOW_REGISTRY_URI",
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_RUN_ID",
)


def pytest_addoption(parser):
    parser.addoption("--url", default=os.environ.get("MODELREGISTRY_URL"), help="the server's URL (MODELREGISTRY_URL)")


def pytest_configure(config):
    os.environ.update(CLIENT_SETTINGS)
    if url := config.getoption("--url"):
        os.environ["MLFLOW_TRACKING_URI"] = url.rstrip("/")
    for inherited in INHERITED:
        os.environ.pop(inherited, None)


@pytest.fixture(scope="session")
def url(pytestconfig) -> str:
    address = pytestconfig.getoption("--url")
    if not address:
        pytest.exit("give the server's URL: pytest conformance/journeys --url http://127.0.0.1:5000", returncode=4)
    return address.rstrip("/")


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
    import mlflow

    monkeypatch.chdir(tmp_path)
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.tracking.fluent._active_experiment_id = None


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
