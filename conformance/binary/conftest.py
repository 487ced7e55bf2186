"""Fixtures: the server under test is only known by its URL, and every test brings its own names."""

import os
import uuid

import pytest


def pytest_addoption(parser):
    parser.addoption("--url", default=os.environ.get("MODELREGISTRY_URL"), help="the server's URL (MODELREGISTRY_URL)")


@pytest.fixture(scope="session")
def url(pytestconfig) -> str:
    address = pytestconfig.getoption("--url")
    if not address:
        pytest.exit("give the server's URL: pytest conformance/binary --url http://127.0.0.1:5000", returncode=4)
    return address.rstrip("/")


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex}"
