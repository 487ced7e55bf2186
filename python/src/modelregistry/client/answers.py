"""Answers of the binary API: the object that one brings, or the error that it means."""

from __future__ import annotations

from typing import Any

import requests

from modelregistry.client.exceptions import (
    AccessDeniedError,
    AlreadyExistsError,
    DamagedError,
    DigestMismatchError,
    InvalidValueError,
    ModelRegistryError,
    NotFoundError,
    ServerError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
    UnsupportedError,
    WrongStateError,
)

_BY_CODE: dict[str, type[ModelRegistryError]] = {
    "invalid-value": InvalidValueError,
    "unsupported-media-type": InvalidValueError,
    "digest-mismatch": DigestMismatchError,
    "not-found": NotFoundError,
    "already-exists": AlreadyExistsError,
    "wrong-state": WrongStateError,
    "too-large": TooLargeError,
    "damaged": DamagedError,
    "no-space": StorageFullError,
    "unavailable": UnavailableError,
    "unsupported": UnsupportedError,
    "internal": ServerError,
}
_BY_STATUS: dict[int, type[ModelRegistryError]] = {
    400: InvalidValueError,
    401: AccessDeniedError,
    403: AccessDeniedError,
    404: NotFoundError,
    409: WrongStateError,
    413: TooLargeError,
    415: InvalidValueError,
    416: InvalidValueError,
    422: InvalidValueError,
    423: WrongStateError,
    429: UnavailableError,
    502: UnavailableError,
    503: UnavailableError,
    504: UnavailableError,
    507: StorageFullError,
}


def error_of(response: requests.Response) -> ModelRegistryError:
    """The error that an answer of status 400 or more means."""
    problem = _problem(response)
    status = response.status_code
    kind = _BY_CODE.get(problem.get("code", "")) or _BY_STATUS.get(status, ServerError)
    detail = problem.get("detail") or problem.get("title") or _explanation(response)
    field = problem.get("field")
    error = kind(
        f"{field}: {detail}" if field else detail, status=status, code=problem.get("code"), field=field, detail=detail
    )
    if isinstance(error, UnavailableError):
        error.retry_after = _seconds(response.headers.get("Retry-After"))
    return error


def json_of(response: requests.Response) -> dict[str, Any]:
    """The object that an answer brings. Raises `ServerError` where it brings none: then another program has answered."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    raise ServerError(_explanation(response), status=response.status_code)


def _problem(response: requests.Response) -> dict[str, Any]:
    """The answer's fields, as RFC 9457 has them; none where another program has answered."""
    try:
        body = response.json()
    except ValueError:
        return {}
    return {name: value for name, value in body.items() if isinstance(value, str)} if isinstance(body, dict) else {}


def _explanation(response: requests.Response) -> str:
    if response.status_code in (401, 403):
        if response.request.headers.get("Authorization"):
            return f"the token is refused (HTTP {response.status_code}). Is it the right one, and not expired?"
        return f"a token is wanted (HTTP {response.status_code}): give one as token, or as MODEL_REGISTRY_TOKEN"
    method, path = response.request.method, (response.request.path_url or "").partition("?")[0]
    return (
        f"{method} {path} was answered with HTTP {response.status_code}. Are host, port and path of the address right?"
    )


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None
