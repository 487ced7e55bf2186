"""The errors of this package as code written for MLflow catches them: each is an `MlflowException`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE

from modelregistry.errors import ConnectionFailedError, SettingsError


class MlflowSettingsError(SettingsError, MlflowException):
    """A setting is wrong."""

    def __init__(self, error: SettingsError) -> None:
        SettingsError.__init__(self, error.setting, error.problem)
        MlflowException.__init__(self, str(error), error_code=INVALID_PARAMETER_VALUE)

    def __reduce__(self) -> tuple[Any, ...]:
        return MlflowSettingsError, (SettingsError(self.setting, self.problem),)


class MlflowConnectionFailedError(ConnectionFailedError, MlflowException):
    """No answer came."""

    def __init__(self, message: str) -> None:
        ConnectionFailedError.__init__(self, message)
        MlflowException.__init__(self, message)


@contextmanager
def settings_for_mlflow() -> Iterator[None]:
    """Raises a `SettingsError` from within as `MlflowSettingsError`."""
    try:
        yield
    except MlflowSettingsError:
        raise
    except SettingsError as error:
        raise MlflowSettingsError(error) from error
