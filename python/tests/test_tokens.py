"""Tokens, given as they are or in files that others replace."""

from collections.abc import Callable
from pathlib import Path

import pytest
from gateway import Gateway
from mlflow import MlflowClient

from modelregistry.errors import SettingsError
from modelregistry.settings import read_settings
from modelregistry.tokens import token_source
from modelregistry.tracking import open_tracking_store

TOKEN = "s3cret-t0ken"


def test_each_request_has_the_token(gateway: Gateway) -> None:
    gateway.token = TOKEN
    client = MlflowClient(f"modelregistry://127.0.0.1:{gateway.port}?user-token={TOKEN}")
    assert client.get_experiment("0").name == "Default"
    assert client.search_registered_models(max_results=1) is not None
    assert set(gateway.tokens) == {f"Bearer {TOKEN}"}


def test_a_file_is_read_again_when_it_changes(
    gateway: Gateway, tmp_path: Path, unique: Callable[[str], str], connect: Callable[[str], MlflowClient]
) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    gateway.token = "first"
    client = connect(f"modelregistry://127.0.0.1:{gateway.port}?user-token={file}")
    run = client.create_run(client.create_experiment(unique("rotating")))
    for token in ("second", "third"):
        # As Kubernetes does it: a new file takes the place of the old one.
        (tmp_path / "next").write_text(f"{token}\n")
        (tmp_path / "next").replace(file)
        gateway.token = token
        client.log_metric(run.info.run_id, "loss", 0.5)
        client.log_text(run.info.run_id, token, f"{token}.txt")
    assert [file.path for file in client.list_artifacts(run.info.run_id)] == ["second.txt", "third.txt"]
    assert gateway.tokens[-1] == "Bearer third"


def test_the_path_of_a_variable(gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(TOKEN)
    gateway.token = TOKEN
    monkeypatch.setenv("MODEL_REGISTRY_TOKEN", f"file://{tmp_path}/token")
    assert MlflowClient(f"modelregistry://127.0.0.1:{gateway.port}").get_experiment("0")


def test_the_service_account_of_the_pod_is_used_where_nothing_else_is_given(tmp_path: Path) -> None:
    file = tmp_path / "token"
    assert read_settings("modelregistry://registry", {}, file).token is None
    file.write_text("of-the-pod")
    settings = read_settings("modelregistry://registry", {}, file)
    assert settings.token and settings.token.read() == "of-the-pod"
    settings = read_settings("modelregistry://registry", {"MODEL_REGISTRY_TOKEN": TOKEN}, file)
    assert settings.token and settings.token.read() == TOKEN


@pytest.mark.parametrize(
    ("address", "is_sent"),
    [
        ("modelregistry://registry?is-secure=false", True),
        ("modelregistry+http://registry", True),
        ("modelregistry://localhost", True),
        ("modelregistry://registry", False),
    ],
)
def test_the_pods_token_goes_over_plain_http_only_where_the_address_says_so(
    tmp_path: Path, address: str, is_sent: bool
) -> None:
    file = tmp_path / "token"
    file.write_text("of-the-pod")
    settings = read_settings(address, {"MODEL_REGISTRY_SECURE": "false"}, file)
    assert not settings.is_secure
    assert (settings.token is not None) is is_sent


def test_a_file_that_went_away(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    source = token_source(str(file), "user-token")
    file.unlink()
    with pytest.raises(SettingsError, match="user-token: the token's file can't be read"):
        source.read()


@pytest.mark.parametrize("content", ["", "\n", f"{TOKEN} {TOKEN}", f"{TOKEN}\nX-Other: 1", "tökén"])
def test_what_no_header_can_carry_is_refused_and_not_shown(tmp_path: Path, content: str) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(SettingsError) as raised:
        token_source(str(file), "user-token").read()
    assert str(raised.value).startswith("user-token: ")
    assert not content.strip() or content.strip() not in str(raised.value)


def test_sources_show_no_token() -> None:
    assert TOKEN not in repr(token_source(TOKEN, "user-token"))


def test_a_refused_token_is_not_shown(gateway: Gateway) -> None:
    gateway.token = "another"
    with pytest.raises(Exception, match="refuses the token") as raised:
        open_tracking_store(f"modelregistry://127.0.0.1:{gateway.port}?user-token={TOKEN}")
    assert TOKEN not in str(raised.value)


def test_a_token_that_is_wanted_is_asked_for(gateway: Gateway) -> None:
    gateway.token = TOKEN
    with pytest.raises(Exception, match="MODEL_REGISTRY_TOKEN"):
        open_tracking_store(f"modelregistry://127.0.0.1:{gateway.port}")
