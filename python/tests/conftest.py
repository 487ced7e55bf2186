"""The real server, known by its URL, with gateways before it; every test brings its own names and settings."""

import os
import ssl
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

# Read by MLflow when it is imported or at each request; what fails must fail at once rather than be tried again for minutes.
os.environ |= {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}
_INHERITED = (
    "MLFLOW_TRACKING_URI",
    "MLFLOW_REGISTRY_URI",
    "MLFLOW_EXPERIMENT_ID",
    "MLFLOW_EXPERIMENT_NAME",
    "MLFLOW_RUN_ID",
)

import mlflow  # noqa: E402
from gateway import Gateway, start_gateway  # noqa: E402
from mlflow import MlflowClient  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--url", default=os.environ.get("MODELREGISTRY_URL"), help="the server's URL (MODELREGISTRY_URL)")


@pytest.fixture(scope="session")
def url(pytestconfig: pytest.Config) -> str:
    address = pytestconfig.getoption("--url")
    if not address:
        pytest.exit("give the server's URL: pytest python/tests --url http://127.0.0.1:5000", returncode=4)
    return str(address).rstrip("/")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from outside, and nothing that one test finds out is known to the next."""
    from modelregistry import detection

    for name in [*os.environ]:
        if name.startswith(("MODEL_REGISTRY_", "MODELREGISTRY_")) or name in _INHERITED:
            monkeypatch.delenv(name)
    monkeypatch.setattr(detection, "_found", {})
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def address(url: str) -> str:
    """Of the server itself."""
    return url.replace("http://", "modelregistry+http://")


@pytest.fixture(autouse=True)
def clean_client_state() -> Iterator[None]:
    """Each test leaves no active run, address or experiment to the next."""
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)
    mlflow.tracking.fluent._active_experiment_id = None


@pytest.fixture
def connect() -> Callable[[str], MlflowClient]:
    """Makes a client of an address; in mlflow 3.4 artifacts need it to be the tracking address of the process too."""

    def set_address(address: str) -> MlflowClient:
        mlflow.set_tracking_uri(address)
        return MlflowClient()

    return set_address


@pytest.fixture
def unique() -> Callable[[str], str]:
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def gateway(url: str) -> Iterator[Gateway]:
    """Before the server, over HTTP."""
    with start_gateway(url) as started:
        yield started


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A CA that no system knows."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def tls_gateway(url: str, authority: trustme.CA) -> Iterator[Gateway]:
    """Before the server, over HTTPS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    with start_gateway(url, context) as started:
        yield started
