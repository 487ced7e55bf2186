"""Clients of the real server, directly and over a network that fails."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from own_server import OwnServer
from proxy import Proxy, start_proxy

from modelregistry.client import ModelRegistryClient

LARGE = int(os.environ.get("MODELREGISTRY_TEST_LARGE_MIB", "80")) * 1024 * 1024
"""Bytes of what tests call large: more than what is sent by one request."""


@pytest.fixture
def client(url: str) -> Iterator[ModelRegistryClient]:
    with ModelRegistryClient(url, retries=0) as opened:
        yield opened


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    with start_proxy(url) as started:
        yield started


@pytest.fixture
def patient(proxy: Proxy) -> Iterator[ModelRegistryClient]:
    """Over the failing network."""
    with ModelRegistryClient(proxy.url, retries=3) as opened:
        yield opened


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path / "data")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def large_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of bytes that are nowhere the same, so that none can be mistaken for others."""
    path = tmp_path_factory.mktemp("large") / "weights.bin"
    with path.open("wb") as file:
        for _ in range(LARGE // 2**20):
            file.write(os.urandom(2**20))
    yield path
    path.unlink()
