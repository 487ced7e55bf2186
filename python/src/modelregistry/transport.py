"""Requests to a server as its settings say, over MLflow's own HTTP client: its pool, timeouts and retries, and its variables for them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from mlflow.exceptions import MlflowException
from mlflow.utils.rest_utils import MlflowHostCreds, http_request

from modelregistry.errors import ConnectionFailedError
from modelregistry.settings import Settings


def host_creds(settings: Settings) -> MlflowHostCreds:
    """What MLflow's REST stores ask for before each request; the token is read anew."""
    return MlflowHostCreds(
        host=settings.url,
        token=settings.token.read() if settings.token else None,
        server_cert_path=settings.custom_ca,
    )


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
        problem = _problem(settings, error)
        if problem is None:
            raise
        raise ConnectionFailedError(f"{settings.url}: {problem}") from error


def is_tls_failure(error: BaseException) -> bool:
    """Whether the two sides found no common TLS: to try again is in vain."""
    return any(isinstance(cause, (ssl.SSLError, requests.exceptions.SSLError)) for cause in _causes(error))


def _problem(settings: Settings, error: MlflowException) -> str | None:
    text = " ".join(str(cause) for cause in _causes(error))
    host = f"{settings.netloc}{settings.prefix}"
    if is_tls_failure(error):
        if "CERTIFICATE_VERIFY_FAILED" in text:
            return (
                "the server's certificate is not trusted, or is not for this host. Give the CA that signed it as custom-ca in the "
                f"address or as MODEL_REGISTRY_CA ({_reason(text)})"
            )
        if any(
            sign in text for sign in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNEXPECTED_EOF")
        ):
            return (
                f"it does not speak TLS, only plain HTTP it seems. If that is meant, write modelregistry+http://{host}"
            )
        return f"no TLS connection could be made ({_reason(text)})"
    if "Read timed out" in text:
        return "no answer in the time that MLFLOW_HTTP_REQUEST_TIMEOUT allows, in seconds"
    if any(isinstance(cause, requests.exceptions.ConnectionError) for cause in _causes(error)):
        hint = "" if settings.is_secure else f", or does it speak TLS? Then write modelregistry+https://{host}"
        return f"no connection. Is the server running, and are host and port right{hint} ({_reason(str(error))})"
    return None


def _reason(text: str) -> str:
    """The last cause that a chain of errors names."""
    return text.rsplit("Caused by ", 1)[-1].rsplit("exception ", 1)[-1][:300]


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
