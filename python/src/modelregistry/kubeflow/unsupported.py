"""Operations of MLflow for which Kubeflow's API has no place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import NOT_IMPLEMENTED

Store = TypeVar("Store")


def not_supported(operation: str, what: str) -> MlflowException:
    """The error for an operation, such as `start_trace`; `what` says what can't be held, such as `traces`."""
    return MlflowException(
        f"{operation}: this server can't hold {what}, as it has Kubeflow's Model Registry API alone. "
        "A server that also speaks MLflow's API can.",
        error_code=NOT_IMPLEMENTED,
    )


def refuses(operations: Mapping[str, str]) -> Callable[[type[Store]], type[Store]]:
    """Decorates a store: each operation that is named, with what can't be held, raises the error for it."""

    def decorate(store: type[Store]) -> type[Store]:
        for operation, what in operations.items():
            setattr(store, operation, _refusal(operation, what))
        return store

    return decorate


def _refusal(operation: str, what: str) -> Callable[..., NoReturn]:
    def refuse(self: object, *arguments: Any, **named: Any) -> NoReturn:
        raise not_supported(operation, what)

    refuse.__name__ = operation
    refuse.__doc__ = f"Raises NOT_IMPLEMENTED: Kubeflow's API can't hold {what}."
    return refuse
