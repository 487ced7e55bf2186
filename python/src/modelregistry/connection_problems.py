"""Why no answer came to a request, in words that say what to change."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests

from modelregistry.settings import Settings


def is_tls_failure(error: BaseException) -> bool:
    """Whether the two sides found no common TLS: to try again is in vain."""
    return any(isinstance(cause, (ssl.SSLError, requests.exceptions.SSLError)) for cause in causes(error))


def connection_problem(settings: Settings, error: BaseException, timeout_setting: str) -> str | None:
    """A sentence for the user about a request without an answer, or None where `error` says nothing of that kind.

    `timeout_setting` is what the user would change for more time, in seconds.
    """
    text = " ".join(str(cause) for cause in causes(error))
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
        return f"no answer in the time that {timeout_setting} allows, in seconds"
    if any(isinstance(cause, requests.exceptions.ConnectionError) for cause in causes(error)):
        hint = "" if settings.is_secure else f", or does it speak TLS? Then write modelregistry+https://{host}"
        return f"no connection. Is the server running, and are host and port right{hint} ({_reason(str(error))})"
    return None


def _reason(text: str) -> str:
    """The last cause that a chain of errors names."""
    return text.rsplit("Caused by ", 1)[-1].rsplit("exception ", 1)[-1][:300]


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those that it was raised from, or while these were handled."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
