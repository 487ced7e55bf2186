"""What the flows share besides fixtures: the client's version, and short ways to a model or a run."""

import time
import uuid
from collections.abc import Callable

import mlflow
import mlflow.sklearn
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from packaging.version import Version

CLIENT_VERSION = Version(mlflow.__version__)

needs_mlflow_3 = pytest.mark.skipif(CLIENT_VERSION.major < 3, reason="the feature came with the mlflow 3 client")


def unique_name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def log_model(model, **options):
    """Log under the artifact path "model" without inferring requirements, which takes longer than all the rest."""
    return mlflow.sklearn.log_model(model, "model", pip_requirements=[], **options)


def create_versions(client: MlflowClient, name: str, count: int) -> list[str]:
    """Create the model with `count` versions whose bytes nobody loads; returns the version numbers."""
    client.create_registered_model(name)
    return [add_version(client, name) for _ in range(count)]


def add_version(client: MlflowClient, name: str, **options) -> str:
    return client.create_model_version(name, "s3://elsewhere/model", await_creation_for=0, **options).version


def error_code_of(call: Callable[[], object]) -> str:
    with pytest.raises(MlflowException) as raised:
        call()
    return raised.value.error_code


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"did not come true within {seconds:g} s"
        time.sleep(0.05)
