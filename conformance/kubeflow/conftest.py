"""Fixtures: the server under test is only known by its URL, and every test brings its own names."""

import os
from urllib.parse import urlsplit

import pytest
from capabilities import PREFIX
from support import Api, unique_name

pytest_plugins = ["server_url"]


def pytest_addoption(parser):
    parser.addoption("--official", action="store_true", help="the URL is the Go server: expect its defects")


def pytest_configure():
    # A token that the machine has for another server is none of ours.
    os.environ.pop("KF_PIPELINES_SA_TOKEN_PATH", None)


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--official"):
        return
    for item in items:
        for mark in item.iter_markers("upstream_defect"):
            item.add_marker(pytest.mark.xfail(reason=mark.args[0], strict=False))


@pytest.fixture(scope="session")
def api(url) -> Api:
    """The prefix that the installed client speaks."""
    return Api(url, PREFIX)


@pytest.fixture(scope="session")
def connect(url):
    """Makes a client of the server; keywords are those of `ModelRegistry`."""
    from model_registry import ModelRegistry

    parts = urlsplit(url)

    def client(**options):
        address = f"{parts.scheme}://{parts.hostname}"
        return ModelRegistry(address, parts.port, **{"author": "Ada Lovelace", "is_secure": False, **options})

    return client


@pytest.fixture(scope="session")
def client(connect):
    return connect()


@pytest.fixture(scope="session")
def call(client):
    """Waits for a coroutine of the client's lower layer, as its own methods do."""
    return client.async_runner


@pytest.fixture
def unique():
    return unique_name


@pytest.fixture
def registered(client, unique):
    """A model with the version 1.0 and its artifact, registered by the client; returns its name."""
    name = unique("registered")
    client.register_model(name, "s3://bucket/model", version="1.0", model_format_name="onnx", model_format_version="1")
    return name


@pytest.fixture
def model(api, unique) -> dict:
    return api.create("/registered_models", {"name": unique("model")})


@pytest.fixture
def version(api, model) -> dict:
    return api.create("/model_versions", {"name": "v1", "registeredModelId": model["id"]})


@pytest.fixture
def environment(api, unique) -> dict:
    return api.create("/serving_environments", {"name": unique("environment")})


@pytest.fixture
def service(api, environment, model) -> dict:
    body = {"name": "service", "servingEnvironmentId": environment["id"], "registeredModelId": model["id"]}
    return api.create("/inference_services", body)


@pytest.fixture
def experiment(api, unique) -> dict:
    return api.create("/experiments", {"name": unique("experiment")})


@pytest.fixture
def run(api, experiment) -> dict:
    return api.create("/experiment_runs", {"name": "run", "experimentId": experiment["id"]})
