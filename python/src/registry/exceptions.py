"""What the client raises, where code of the earlier registry looks for it."""

from modelregistry.client.exceptions import (
    AccessDeniedError,
    AlreadyExistsError,
    ConnectionFailedError,
    DamagedError,
    DigestMismatchError,
    InvalidValueError,
    ModelRegistryError,
    NotFoundError,
    ServerError,
    SettingsError,
    StorageFullError,
    TooLargeError,
    UnavailableError,
    UnsupportedError,
    WrongStateError,
)

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
    "StorageFullError",
    "TooLargeError",
    "UnavailableError",
    "UnsupportedError",
    "WrongStateError",
]
