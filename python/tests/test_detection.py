"""Which kind of server is at an address."""

import pytest
from gateway import Gateway
from mlflow.exceptions import MlflowException

from modelregistry.detection import Server, detect_server
from modelregistry.settings import read_settings

MLFLOW_API = ("/api/2.0", "/api/3.0", "/ajax-api")


def found(gateway: Gateway) -> Server:
    return detect_server(read_settings(f"modelregistry://127.0.0.1:{gateway.port}"))


def test_a_server_with_mlflows_api(gateway: Gateway) -> None:
    assert found(gateway) is Server.NATIVE


@pytest.mark.parametrize("hidden", [(), ("/api/model_registry/v1/",), ("/api/model_registry/v1alpha3/",)])
def test_a_server_with_kubeflows_api_alone(gateway: Gateway, hidden: tuple[str, ...]) -> None:
    gateway.hidden = (*MLFLOW_API, *hidden)
    assert found(gateway) is Server.KUBEFLOW


def test_it_is_asked_once(gateway: Gateway) -> None:
    found(gateway)
    asked = len(gateway.seen)
    gateway.hidden = MLFLOW_API
    assert found(gateway) is Server.NATIVE
    assert len(gateway.seen) == asked


def test_a_server_with_neither(gateway: Gateway) -> None:
    gateway.hidden = ("/api",)
    with pytest.raises(MlflowException, match="speaks neither") as raised:
        found(gateway)
    assert raised.value.error_code == "ENDPOINT_NOT_FOUND"


def test_a_failure_is_not_remembered(gateway: Gateway) -> None:
    gateway.hidden = ("/api",)
    with pytest.raises(MlflowException):
        found(gateway)
    gateway.hidden = ()
    assert found(gateway) is Server.NATIVE
