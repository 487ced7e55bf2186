"""Errors that need no MLflow. Where MLflow is in use, `modelregistry.mlflow_errors` has them as `MlflowException` too."""

from __future__ import annotations

from typing import Any


class ModelRegistryError(Exception):
    """What all errors of this package are. Messages never have a token in them."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        field: str | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status of the server's answer; None where the client itself refuses, or no answer came."""
        self.code = code
        """What kind of error the server names, such as `already-exists`."""
        self.field = field
        """The one field that is wrong, where it is one."""
        self.detail = message if detail is None else detail
        """A sentence that says what to do."""


class SettingsError(ModelRegistryError, ValueError):
    """A setting is wrong. The message begins with the setting's name."""

    def __init__(self, setting: str, problem: str) -> None:
        """`setting` as the user knows it, such as `is-secure` or `MODEL_REGISTRY_SECURE`; `problem` says what is wrong and what to do."""
        super().__init__(f"{setting}: {problem}")
        self.setting = setting
        self.problem = problem

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes."""
        return SettingsError, (self.setting, self.problem)


class ConnectionFailedError(ModelRegistryError, ConnectionError):
    """The server could not be reached, or did not speak what the address says. The message says what to change."""
