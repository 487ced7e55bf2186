"""What the client raises: one class for each kind of error that the server names, all of them `ModelRegistryError`."""

from __future__ import annotations

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
