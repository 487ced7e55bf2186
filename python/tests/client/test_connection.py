"""Addresses, tokens, TLS, and what errors say where another program answers."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from gateway import Gateway

from modelregistry.client import ModelRegistryClient
from modelregistry.client.connection import Patience
from modelregistry.client.exceptions import (
    AccessDeniedError,
    AlreadyExistsError,
    ConnectionFailedError,
    DamagedError,
    DigestMismatchError,
    InvalidValueError,
    ModelRegistryError,
    NotFoundError,
    ServerError,
    SettingsError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
    UnsupportedError,
    WrongStateError,
)

TOKEN = "s3cret-t0ken"
Unique = Callable[[str], str]


def all_that_goes_over_the_wire(client: ModelRegistryClient, name: str) -> None:
    for resumable in (False, True):
        model = client.upload_model(b"data", {"name": name}, resumable=resumable)
        assert client.get_model(metadata_id=model.metadata_id)[0].read() == b"data"
        client.delete_model(model.metadata_id)


def test_every_kind_of_address(url: str, unique: Unique, monkeypatch: pytest.MonkeyPatch) -> None:
    host, _, port = url.removeprefix("http://").rpartition(":")
    monkeypatch.setenv("MODEL_REGISTRY_HOST", host)
    monkeypatch.setenv("MODEL_REGISTRY_PORT", port)
    monkeypatch.setenv("MODEL_REGISTRY_SECURE", "false")
    for address in (url, f"{url}/", f"modelregistry+http://{host}:{port}", "modelregistry:///"):
        with ModelRegistryClient(address) as client:
            assert client.url == url
            assert list(client.list_models(name=unique("none"))) == []


def test_https_with_a_ca_of_ones_own(tls_gateway: Gateway, ca_file: Path, unique: Unique) -> None:
    tls_gateway.token = TOKEN
    url = f"https://localhost:{tls_gateway.port}"
    with ModelRegistryClient(url, token=TOKEN, ca=str(ca_file)) as client:
        all_that_goes_over_the_wire(client, unique("secure"))
    assert set(tls_gateway.tokens) == {f"Bearer {TOKEN}"}


def test_the_given_ca_decides_over_that_of_the_environment(
    tls_gateway: Gateway, ca_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nowhere.pem"))
    with ModelRegistryClient(f"https://localhost:{tls_gateway.port}", ca=str(ca_file)) as client:
        assert next(client.list_models(search="\U0001f977"), None) is None


def test_an_unknown_ca_is_named_at_once(tls_gateway: Gateway) -> None:
    with (
        ModelRegistryClient(f"https://localhost:{tls_gateway.port}", retries=1000) as client,
        pytest.raises(ConnectionFailedError, match="MODEL_REGISTRY_CA"),
    ):
        client.get_metadata("1")
    assert not tls_gateway.seen


def test_a_token_in_a_file_is_read_for_each_request(gateway: Gateway, tmp_path: Path, unique: Unique) -> None:
    file = tmp_path / "token"
    with ModelRegistryClient(f"http://127.0.0.1:{gateway.port}", token=_written(file, "first")) as client:
        for gateway.token in ("first", "second"):
            file.write_text(f"{gateway.token}\n")
            all_that_goes_over_the_wire(client, unique("rotated"))


def _written(file: Path, text: str) -> str:
    file.write_text(text)
    return str(file)


def test_a_netrc_does_not_take_the_tokens_place(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password of-another\n")
    monkeypatch.setenv("NETRC", str(netrc))
    gateway.token = TOKEN
    with ModelRegistryClient(f"http://127.0.0.1:{gateway.port}", token=TOKEN) as client:
        assert next(client.list_models(search="\U0001f977"), None) is None


def test_no_token_goes_to_another_host_over_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("http://registry.example.com", "http://192.0.2.1:8000"):
        with pytest.raises(SettingsError, match="plain HTTP to another host") as raised:
            ModelRegistryClient(address, token=TOKEN)
        assert TOKEN not in str(raised.value)
    monkeypatch.setenv("MODEL_REGISTRY_TOKEN", TOKEN)
    with pytest.raises(SettingsError):
        ModelRegistryClient("http://registry.example.com")


def test_no_token_goes_where_a_redirect_leads(gateway: Gateway) -> None:
    location = f"http://localhost:{gateway.port}/api/v1/models/no-such"
    with answering(307, {"Location": location}) as url, ModelRegistryClient(url, token=TOKEN, retries=0) as client:
        with pytest.raises(NotFoundError):
            client.get_metadata("1")
        assert gateway.tokens == [None]
        # What changes something follows nobody anywhere.
        with pytest.raises(ModelRegistryError, match="HTTP 307"):
            client.upload_model(b"data", {"name": "a"})
        with pytest.raises(ModelRegistryError, match="HTTP 307"):
            client.delete_model("1")
    assert len(gateway.seen) == 1


@pytest.mark.parametrize(("token", "expected"), [(None, "MODEL_REGISTRY_TOKEN"), (TOKEN, "is refused")])
def test_a_gateway_that_wants_another_token(gateway: Gateway, token: str | None, expected: str) -> None:
    gateway.token = "another"
    with ModelRegistryClient(f"http://127.0.0.1:{gateway.port}", token=token) as client:
        with pytest.raises(AccessDeniedError, match=expected) as raised:
            client.get_metadata("1")
        assert raised.value.status == 401
        assert TOKEN not in f"{raised.value!r}{client!r}{client.__dict__}"


def test_nobody_there() -> None:
    with (
        ModelRegistryClient("http://127.0.0.1:1", retries=0) as client,
        pytest.raises(ConnectionError, match="Is the server running"),
    ):
        client.get_metadata("1")


def test_a_server_that_says_nothing() -> None:
    import socket

    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        ModelRegistryClient(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.2, retries=0) as client,
        pytest.raises(ConnectionFailedError, match="in the time that timeout allows"),
    ):
        client.get_metadata("1")


@contextmanager
def answering(status: int, headers: dict[str, str] | None = None, body: bytes = b"<html>") -> Iterator[str]:
    """Another program, which always answers the same."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, NotFoundError),
        (500, ServerError),
        (503, UnavailableError),
        (429, UnavailableError),
        (507, StorageFullError),
    ],
)
def test_answers_of_another_program(status: int, kind: type[ModelRegistryError]) -> None:
    with answering(status) as url, ModelRegistryClient(url, retries=0) as client:
        for act in (
            lambda: client.get_metadata("1"),
            lambda: client.upload_model(b"data", {"name": "a"}),
            lambda: client.delete_model("1"),
        ):
            with pytest.raises(kind) as raised:
                act()
            assert raised.value.status == status
            assert "Are host, port and path of the address right?" in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid-value", InvalidValueError),
        (400, "digest-mismatch", DigestMismatchError),
        (404, "not-found", NotFoundError),
        (409, "already-exists", AlreadyExistsError),
        (409, "wrong-state", WrongStateError),
        (413, "too-large", TooLargeError),
        (415, "unsupported-media-type", InvalidValueError),
        (500, "damaged", DamagedError),
        (500, "internal", ServerError),
        (501, "unsupported", UnsupportedError),
        (503, "unavailable", UnavailableError),
        (507, "no-space", StorageFullError),
    ],
)
def test_every_code_is_an_exception(status: int, code: str, kind: type[ModelRegistryError]) -> None:
    problem = {"status": status, "code": code, "detail": "Do this.", "field": "name", "title": "Title"}
    body = json.dumps(problem).encode()
    with answering(status, body=body) as url, ModelRegistryClient(url, retries=0) as client:
        with pytest.raises(kind) as raised:
            client.get_metadata("1")
        error = raised.value
        assert type(error) is kind
        assert (error.status, error.code, error.field, error.detail) == (status, code, "name", "Do this.")
        assert str(error) == "name: Do this."


def test_an_answer_that_is_no_json() -> None:
    with (
        answering(200) as url,
        ModelRegistryClient(url, retries=0) as client,
        pytest.raises(ServerError, match="Are host, port and path of the address right"),
    ):
        client.get_metadata("1")


def test_tries_pause_longer_and_longer_and_end() -> None:
    pauses: list[float] = []
    patience = Patience(6, pauses.append)
    error = ConnectionFailedError("cut")
    for _ in range(6):
        patience.wait_after(error)
    with pytest.raises(ConnectionFailedError):
        patience.wait_after(error)
    assert all(0.5 * base <= pause <= 1.5 * base for pause, base in zip(pauses, (0.5, 1, 2, 4, 8, 16), strict=True))
    patience.progressed()
    patience.wait_after(error)
    assert pauses[-1] <= 0.75


def test_the_server_says_how_long_to_wait() -> None:
    pauses: list[float] = []
    error = UnavailableError("later")
    error.retry_after = 7
    Patience(1, pauses.append).wait_after(error)
    assert pauses == [7]


def test_what_stays_wrong_is_not_tried_again() -> None:
    with pytest.raises(NotFoundError):
        Patience(5, pytest.fail).wait_after(NotFoundError("gone"))


def test_threads_share_a_client(client: ModelRegistryClient, unique: Unique) -> None:
    from concurrent.futures import ThreadPoolExecutor

    name = unique("threads")

    def round_trip(number: int) -> bool:
        data = bytes([number]) * 100_000
        model = client.upload_model(data, {"name": name, "version": f"v{number}"})
        return client.get_model(metadata_id=model.metadata_id)[0].read() == data

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(round_trip, range(24)))
    assert len(list(client.list_models(name=name))) == 24


_PROGRAM = """
import resource, sys
from modelregistry.client import ModelRegistryClient
url, file, name = sys.argv[1:]
client = ModelRegistryClient(url)
small = client.upload_model(b"warm", {"name": name})
client.download_model(small.metadata_id, "warm")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
model = client.upload_model(file, {"name": name})
client.download_model(model.metadata_id, "copy")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems count in other units")
def test_memory_of_the_process(url: str, unique: Unique, large_file: Path, tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", _PROGRAM, url, str(large_file), unique("large")],
        capture_output=True,
        text=True,
        timeout=110,
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert finished.returncode == 0, finished.stderr
    assert int(finished.stdout) < 32 * 1024  # KiB
