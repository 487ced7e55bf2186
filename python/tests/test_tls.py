"""HTTPS with a CA of one's own, and what errors say where the two sides do not speak the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gateway import Gateway
from mlflow import MlflowClient

from modelregistry.errors import ConnectionFailedError
from modelregistry.tracking import open_tracking_store


@pytest.mark.parametrize("variable", [None, "MODEL_REGISTRY_CA", "MODELREGISTRY_CA_CERT_PATH"])
def test_a_ca_of_ones_own(
    tls_gateway: Gateway,
    ca_file: Path,
    variable: str | None,
    monkeypatch: pytest.MonkeyPatch,
    unique: Callable[[str], str],
    connect: Callable[[str], MlflowClient],
) -> None:
    address = f"modelregistry+https://localhost:{tls_gateway.port}"
    if variable:
        monkeypatch.setenv(variable, str(ca_file))
    else:
        address += f"?custom-ca={ca_file}"
    client = connect(address)
    run = client.create_run(client.create_experiment(unique("secure")))
    client.log_text(run.info.run_id, "over TLS", "notes.txt")
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["notes.txt"]
    assert tls_gateway.seen


def test_an_unknown_ca_is_named(tls_gateway: Gateway) -> None:
    with pytest.raises(ConnectionFailedError, match="custom-ca"):
        open_tracking_store(f"modelregistry+https://localhost:{tls_gateway.port}")
    assert not tls_gateway.seen


def test_tls_to_a_plain_port(gateway: Gateway) -> None:
    with pytest.raises(ConnectionFailedError) as raised:
        open_tracking_store(f"modelregistry://127.0.0.1:{gateway.port}/?is-secure=true")
    assert f"write modelregistry+http://127.0.0.1:{gateway.port}" in str(raised.value)


def test_plain_http_to_a_tls_port(tls_gateway: Gateway) -> None:
    with pytest.raises(ConnectionFailedError) as raised:
        open_tracking_store(f"modelregistry://localhost:{tls_gateway.port}")
    assert f"write modelregistry+https://localhost:{tls_gateway.port}" in str(raised.value)


def test_nobody_there() -> None:
    with pytest.raises(ConnectionFailedError, match="no connection"):
        open_tracking_store("modelregistry://127.0.0.1:1")


def test_a_server_that_went_away_later(gateway: Gateway, url: str) -> None:
    store = open_tracking_store(f"modelregistry://127.0.0.1:{gateway.port}")
    gateway.upstream = "http://127.0.0.1:1"
    with pytest.raises(ConnectionFailedError, match=f"http://127.0.0.1:{gateway.port}: no connection"):
        store.get_experiment("0")
