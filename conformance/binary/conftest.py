"""Fixtures: the server under test is only known by its URL, and every test brings its own names."""

import uuid

import pytest

pytest_plugins = ["server_url"]


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex}"
