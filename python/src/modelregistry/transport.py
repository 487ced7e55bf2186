"""Requests to a server as its settings say, over MLflow's own HTTP client: its pool, timeouts and retries, and its variables for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from mlflow.exceptions import MlflowException
from mlflow.utils.rest_utils import MlflowHostCreds, http_request

from modelregistry.connection_problems import connection_problem
from modelregistry.mlflow_errors import MlflowConnectionFailedError, settings_for_mlflow
from modelregistry.settings import Settings


def host_creds(settings: Settings) -> MlflowHostCreds:
    """What MLflow's REST stores ask for before each request; the token is read anew."""
    with settings_for_mlflow():
        token = settings.token.read() if settings.token else None
    return MlflowHostCreds(host=settings.url, token=token, server_cert_path=settings.custom_ca)


def send(
    settings: Settings,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int] | None = None,
    json: object = None,
    **options: Any,
) -> requests.Response:
    """One request below the server's URL; `path` begins with a slash. Whatever the status is, the answer is returned.

    408, 429 and 5xx are tried again as `MLFLOW_HTTP_REQUEST_MAX_RETRIES` says. `options` are those of MLflow's `http_request`
    (`max_retries`, `timeout` in seconds, `extra_headers`) and of requests' `Session.request` (`data`, `stream`).
    Raises `ConnectionFailedError` if no answer comes.
    """
    if json is not None:
        options["json"] = json
    with explaining(settings):
        response: requests.Response = http_request(
            host_creds(settings), path, method, params=params, raise_on_status=False, **options
        )
    return response


@contextmanager
def explaining(settings: Settings) -> Iterator[None]:
    """Where no answer comes to a request within, raises `ConnectionFailedError`, which says what to look at."""
    try:
        yield
    except MlflowException as error:
        problem = connection_problem(settings, error, "MLFLOW_HTTP_REQUEST_TIMEOUT")
        if problem is None:
            raise
        raise MlflowConnectionFailedError(f"{settings.url}: {problem}") from error
