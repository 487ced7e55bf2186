"""What the client raises: one class for each kind of error that the server names, all of them `ModelRegistryError`."""

from __future__ import annotations

from typing import Any

import requests

from modelregistry.errors import ConnectionFailedError, ModelRegistryError, SettingsError

__all__ = [
    "AccessDeniedError",
    "AlreadyExistsError",
    "ConnectionFailedError",
    "DamagedError",
    "DigestMismatchError",
    "InvalidValueError",
    "ModelRegistryError",
    "NotFoundError",
    "ServerError",
    "SettingsError",
    "SourceFailedError",
    "StorageFullError",
    "TooLargeError",
    "UnavailableError",
    "UnsafePathError",
    "UnsupportedError",
    "WrongStateError",
]


class InvalidValueError(ModelRegistryError, ValueError):
    """A value is not as it has to be; `field` names it. Raised by the server, and by the client before anything is sent."""


class NotFoundError(ModelRegistryError, LookupError):
    """There is no such model or file."""


class AlreadyExistsError(ModelRegistryError):
    """The id, or the version of this name, is taken."""


class WrongStateError(ModelRegistryError):
    """It is there, but not in a state for this."""


class AccessDeniedError(ModelRegistryError):
    """The server, or a gateway before it, wants a token or refuses the one that it got."""


class UnsupportedError(ModelRegistryError):
    """This server can't do it; the message says what would."""


class DigestMismatchError(ModelRegistryError):
    """The bytes that arrived are not those that were sent. Nothing of them was kept."""


class TooLargeError(ModelRegistryError):
    """More bytes than the server takes."""


class DamagedError(ModelRegistryError):
    """The server has found that its copy of the bytes is damaged, and does not give it out."""


class StorageFullError(ModelRegistryError):
    """The server has no room left. Nothing was kept."""


class UnavailableError(ModelRegistryError):
    """The server, or what it keeps bytes in, does not serve at the moment. The client has tried again before it raised this."""

    retry_after: float | None = None
    """Seconds that the server asks to wait, where it does."""


class ServerError(ModelRegistryError):
    """The server failed in a way that it does not explain; its log does."""


class SourceFailedError(ModelRegistryError):
    """What was to be uploaded could not be read to its end."""


class UnsafePathError(ModelRegistryError):
    """A file's path leads out of the folder that it was to be put into. Nothing was written there."""


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
