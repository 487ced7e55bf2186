"""Requests to the binary API, and when they are tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import requests
import urllib3.exceptions
from requests.auth import AuthBase

from modelregistry.client.answers import error_of
from modelregistry.client.exceptions import ConnectionFailedError, ModelRegistryError, UnavailableError
from modelregistry.connection_problems import causes, connection_problem, is_tls_failure
from modelregistry.settings import Settings
from modelregistry.tokens import TokenSource

_API = "/api/v1"
_LONGEST_WAIT = 30.0
"""Seconds between two tries."""

Params = Mapping[str, str | int]


class Connection:
    """A server's binary API. Threads may share it: the token is read for each request, and no cookies are kept."""

    def __init__(self, settings: Settings, *, timeout: float, retries: int) -> None:
        """`timeout` in seconds is for each step: to connect, to send or receive more bytes. `retries` is how often one is tried again."""
        self.settings = settings
        self.retries = retries
        self._timeout = timeout
        self._session = requests.Session()
        self._session.auth = _Bearer(settings.token)
        self._session.headers["User-Agent"] = f"modelregistry-python/{_version()}"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def close(self) -> None:
        """Gives the connections back."""
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: object = None,
        data: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        extra_time: float = 0,
        stream: bool = False,
    ) -> requests.Response:
        """One request, tried once; `path` below the API begins with a slash. `extra_time` in seconds is what the answer may take beyond
        the timeout. With `stream` the caller reads the body, within `explaining`, and closes the answer.

        Raises a `ModelRegistryError` where no answer comes, or one of status 400 or more.
        """
        with self.explaining():
            response = self._session.request(
                method,
                f"{self.settings.url}{_API}{path}",
                params=params,
                json=json,
                data=data,
                headers=headers,
                timeout=(self._timeout, self._timeout + extra_time),
                # An environment variable for CAs would win over what is set on the session.
                verify=self.settings.custom_ca or True,
                stream=stream,
                allow_redirects=method in ("GET", "HEAD"),
            )
            if response.status_code >= 300 and response.status_code != 304:
                with response:
                    raise error_of(response)
        return response

    def ask_patiently(self, method: str, path: str, **options: Any) -> requests.Response:
        """As `ask`, for requests that do no harm when they arrive twice: tried again where no answer comes, or it says to come later."""
        patience = Patience(self.retries)
        while True:
            try:
                return self.ask(method, path, **options)
            except ModelRegistryError as error:
                patience.wait_after(error)

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Raises `ConnectionFailedError` where a connection breaks within."""
        try:
            yield
        except requests.RequestException as error:
            problem = connection_problem(self.settings, error, "timeout") or "the connection broke"
            raise ConnectionFailedError(f"{self.settings.url}: {problem}") from error


class Patience:
    """Waits longer after each failure in a row, and gives up after so many."""

    def __init__(self, retries: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._retries = retries
        self._failures = 0
        self._sleep = sleep

    def progressed(self) -> None:
        """Bytes have arrived: what comes is the first failure again."""
        self._failures = 0

    def wait_after(self, error: ModelRegistryError) -> None:
        """Returns when it is time to try again. Raises `error` where that is in vain, or has been tried often enough."""
        self._failures += 1
        if self._failures > self._retries or not is_passing(error):
            raise error
        self._sleep(_pause(error, self._failures))


def is_passing(error: ModelRegistryError) -> bool:
    """Whether the same request may succeed a little later."""
    if isinstance(error, ConnectionFailedError):
        return not is_tls_failure(error)
    return isinstance(error, UnavailableError)


def never_arrived(error: ModelRegistryError) -> bool:
    """Whether it is certain that the server did nothing: nobody listened, or what answered does not serve now."""
    unconnected = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)
    return error.status in (429, 503) or any(isinstance(cause, unconnected) for cause in causes(error))


def _pause(error: ModelRegistryError, failures: int) -> float:
    """Seconds: as the server asks, else 0.5, 1, 2 … and up to half of it more or less, so that many clients do not come at once."""
    asked = error.retry_after if isinstance(error, UnavailableError) else None
    if asked is not None:
        return min(asked, 2 * _LONGEST_WAIT)
    return float(min(_LONGEST_WAIT, 0.5 * 2 ** (failures - 1))) * random.uniform(0.5, 1.5)  # noqa: S311


class _Bearer(AuthBase):
    """Reads the token for each request. It also keeps `~/.netrc` from taking its place."""

    def __init__(self, token: TokenSource | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token.read()}"
        return request


def _version() -> str:
    try:
        return version("modelregistry")
    except PackageNotFoundError:  # run from its source
        return "0"
