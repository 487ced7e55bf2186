"""A server that has Kubeflow's API alone: this project's own with MLflow's API switched off, unless an address says another."""

from __future__ import annotations

import os
import re
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.settings import read_settings

_ROOT = Path(__file__).parents[3]
_NODE = _ROOT / ".tools/node/node_modules/.bin/node"


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`modelregistry://…` of the server; MODELREGISTRY_TEST_KUBEFLOW_ADDRESS names one that runs already."""
    given = os.environ.get("MODELREGISTRY_TEST_KUBEFLOW_ADDRESS")
    if given:
        yield given
        return
    data = tmp_path_factory.mktemp("data")
    command = [_NODE if _NODE.exists() else "node", _ROOT / "src/cli/main.mjs", "serve", "--port", "0", "--data", data]
    with subprocess.Popen([*command, "--protocols", "kubeflow"], stdout=subprocess.PIPE, text=True) as process:
        yield f"modelregistry://{_host(process)}"
        process.terminate()


def _host(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"address +http://(\S+)", line):
            return found[1]
    raise AssertionError("the server did not start")


@pytest.fixture(autouse=True)
def clean_mlflow(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """MLflow's fluent API points at the server, and leaves nothing behind it."""
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(address)
    mlflow.set_registry_uri(address)
    yield
    while mlflow.active_run():
        mlflow.end_run()
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.fixture
def client(address: str) -> MlflowClient:
    """MLflow's client of the server, for runs and for models."""
    return MlflowClient(f"{address}?author=ann", f"{address}?author=ann")


@pytest.fixture
def api(address: str) -> KubeflowApi:
    """The same server as Kubeflow's clients see it."""
    return KubeflowApi(read_settings(address))


@pytest.fixture
def name() -> str:
    """A name that nothing has yet. Its underscore means any character to servers that search by patterns."""
    return f"a_name-{uuid.uuid4().hex}"
