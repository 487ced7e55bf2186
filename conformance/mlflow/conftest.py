"""Fixtures: the server under test is only known by its URL, and every test brings its own names."""

import subprocess
import sys
from types import SimpleNamespace

import mlflow_process
import pytest

pytest_plugins = ["server_url"]

def pytest_addoption(parser):
    parser.addoption("--scheme", help="what the client's addresses begin with in place of http, such as modelregistry+http")


def pytest_configure(config):
    mlflow_process.set_up(config.getoption("--url") and tracking_address(config))


def tracking_address(config) -> str:
    """How the client is told where the server is."""
    scheme, rest = config.getoption("--url").rstrip("/").split(":", 1)
    return f"{config.getoption('--scheme') or scheme}:{rest}"


@pytest.fixture(scope="session")
def client(url, pytestconfig):
    import mlflow

    mlflow.set_tracking_uri(tracking_address(pytestconfig))
    return mlflow.MlflowClient()


@pytest.fixture(autouse=True)
def clean_client_state(client, tmp_path, monkeypatch):
    """Each test starts in an empty folder and leaves no active run, model or default experiment to the next."""
    monkeypatch.chdir(tmp_path)
    yield
    mlflow_process.forget_state()


@pytest.fixture
def unique():
    from support import unique_name

    return unique_name


@pytest.fixture
def experiment_id(client, unique) -> str:
    """A new experiment, made the active one."""
    import mlflow

    identifier = client.create_experiment(unique("experiment"))
    mlflow.set_experiment(experiment_id=identifier)
    return identifier


@pytest.fixture
def run_id(client, experiment_id) -> str:
    return client.create_run(experiment_id).info.run_id


@pytest.fixture
def model_name(unique) -> str:
    return unique("product-classifier")


@pytest.fixture
def cli(url, tmp_path):
    """Run `mlflow ARGUMENTS` as a user would, in an empty folder; returns what it printed."""

    def run(*arguments: str, fails: bool = False) -> str:
        finished = subprocess.run(
            [sys.executable, "-m", "mlflow", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=100
        )
        assert (finished.returncode != 0) == fails, finished.stdout + finished.stderr
        return finished.stderr if fails else finished.stdout

    return run


@pytest.fixture(scope="session")
def data():
    """Training data of two features that one threshold separates."""
    import pandas as pd

    features = pd.DataFrame({"width": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], "height": [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]})
    return SimpleNamespace(features=features, labels=[0, 0, 0, 1, 1, 1])


@pytest.fixture(scope="session")
def model(data):
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=100).fit(data.features, data.labels)


@pytest.fixture(scope="session")
def opposite_model(data):
    """Predicts the other class, so that a test sees which of two models it loaded."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=100).fit(data.features, [1 - label for label in data.labels])


@pytest.fixture(scope="session")
def logged(client, model):
    """One run with a model in it, logged once for all tests that only need something real to register."""
    import mlflow
    from support import log_model, unique_name

    experiment = client.create_experiment(unique_name("logged-once"))
    with mlflow.start_run(experiment_id=experiment) as run:
        info = log_model(model)
    return SimpleNamespace(run_id=run.info.run_id, experiment_id=experiment, model_uri=info.model_uri, info=info)
