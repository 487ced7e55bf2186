"""Operations of MLflow for which Kubeflow's API has no place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import NOT_IMPLEMENTED

Store = TypeVar("Store")


def not_supported(operation: str) -> MlflowException:
    """The error for an operation of MLflow, such as `start_trace`."""
    return MlflowException(
        f"{operation}: not possible on this server. It has Kubeflow's Model Registry API alone, which has no place for that; "
        "a server that also speaks MLflow's API does.",
        error_code=NOT_IMPLEMENTED,
    )


def refuses_the_rest(store: type[Store]) -> type[Store]:
    """Decorates a store: what MLflow's abstract store leaves open, in whichever version, is refused by its name."""
    for name in dir(store):
        function = inspect.getattr_static(store, name)
        if inspect.isfunction(function) and not name.startswith("_") and function.__module__.startswith("mlflow."):
            setattr(store, name, _refusing_if_open(function))
    return store


def _refusing_if_open(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except NotImplementedError:
            raise not_supported(function.__name__) from None
        except MlflowException as error:
            if error.error_code != "NOT_IMPLEMENTED":
                raise
            raise not_supported(function.__name__) from None

    return call
