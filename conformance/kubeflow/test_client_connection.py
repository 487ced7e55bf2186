"""Connecting with the real client: addresses, ports, tokens and what goes wrong."""

import asyncio
import logging
from urllib.parse import urlsplit

import pytest
from capabilities import SPEAKS_EXPERIMENTS
from model_registry import ModelRegistry
from model_registry.exceptions import StoreError


def token_sent_by(registry: ModelRegistry) -> str | None:
    return registry._api.config.access_token


def test_host_and_port(url):
    parts = urlsplit(url)
    registry = ModelRegistry(f"{parts.scheme}://{parts.hostname}", parts.port, author="Ada", is_secure=False)
    assert registry.get_registered_model("no such model") is None


def test_port_in_the_address(url):
    registry = ModelRegistry(url, author="Ada", is_secure=False)
    assert registry.get_registered_model("no such model") is None


@pytest.mark.skipif(SPEAKS_EXPERIMENTS, reason="the older client always asks for TLS and a token")
def test_address_alone(url):
    assert ModelRegistry(url, author="Ada").get_registered_model("no such model") is None


def test_without_a_token_it_warns(connect):
    with pytest.warns(UserWarning, match="User access token is missing"):
        connect()


def test_token_given(connect):
    registry = connect(user_token="t0ken")
    assert token_sent_by(registry) == "t0ken"
    assert registry.get_registered_model("no such model") is None


@pytest.mark.parametrize("variable", ["MY_TOKEN_PATH", "KF_PIPELINES_SA_TOKEN_PATH"])
def test_token_in_a_file_that_a_variable_names(connect, monkeypatch, tmp_path, variable):
    file = tmp_path / "token"
    file.write_text("from-file")
    monkeypatch.setenv(variable, str(file))
    options = {"user_token_envvar": variable} if variable == "MY_TOKEN_PATH" else {}
    registry = connect(**options)
    assert token_sent_by(registry) == "from-file"
    assert registry.get_registered_model("no such model") is None


def test_token_file_that_is_missing(connect, monkeypatch, tmp_path):
    monkeypatch.setenv("MY_TOKEN_PATH", str(tmp_path / "none"))
    with pytest.raises(StoreError, match="Unable read user token"):
        connect(user_token_envvar="MY_TOKEN_PATH")


def test_secure_connection_needs_a_token(connect):
    with pytest.raises(StoreError, match="user token must be provided"):
        connect(is_secure=True)


def test_wrong_port():
    with pytest.raises(OSError, match="Cannot connect"):
        ModelRegistry("http://127.0.0.1", 1, author="Ada", is_secure=False)


def test_wrong_host():
    with pytest.raises(OSError, match="Cannot connect"):
        ModelRegistry("http://no-such-host.invalid", 8080, author="Ada", is_secure=False)


def test_hint_about_the_port(connect, caplog):
    with caplog.at_level(logging.WARNING, logger="model-registry"):
        connect()
    assert "port is not 80" in caplog.text


def test_own_way_to_run_coroutines(connect, unique):
    def run(coroutine):
        return asyncio.new_event_loop().run_until_complete(coroutine)

    registry = connect(async_runner=run)
    name = unique("registered")
    registry.register_model(name, "s3://b/m", version="1", model_format_name="onnx", model_format_version="1")
    assert registry.get_registered_model(name).name == name


def test_within_a_running_loop(connect, unique):
    """As in a notebook."""

    async def cell():
        name = unique("registered")
        registry = connect()
        registry.register_model(name, "s3://b/m", version="1", model_format_name="onnx", model_format_version="1")
        return registry.get_model_version(name, "1").name

    assert asyncio.new_event_loop().run_until_complete(cell()) == "1"
