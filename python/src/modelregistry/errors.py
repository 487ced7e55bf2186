"""The errors of this package. All are `MlflowException`, so that code written for MLflow catches them."""

from __future__ import annotations

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE


class SettingsError(MlflowException):
    """A setting is wrong. The message begins with the setting's name and never has a token in it."""

    def __init__(self, setting: str, problem: str) -> None:
        """`setting` as the user knows it, such as `is-secure` or `MODEL_REGISTRY_SECURE`; `problem` says what is wrong and what to do."""
        super().__init__(f"{setting}: {problem}", error_code=INVALID_PARAMETER_VALUE)
        self.setting = setting


class ConnectionFailedError(MlflowException):
    """The server could not be reached, or did not speak what the address says. The message says what to change."""
