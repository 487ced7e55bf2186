"""The server under test is only known by its URL."""

import os

import pytest


def pytest_addoption(parser):
    parser.addoption("--url", default=os.environ.get("MODELREGISTRY_URL"), help="the server's URL (MODELREGISTRY_URL)")


@pytest.fixture(scope="session")
def url(pytestconfig) -> str:
    address = pytestconfig.getoption("--url")
    if not address:
        suite = f"conformance/{pytestconfig.rootpath.name}"
        pytest.exit(f"give the server's URL: pytest {suite} --url http://127.0.0.1:5000", returncode=4)
    return address.rstrip("/")
