"""Every operation of MLflow's stores works, or is refused by its name; whatever the version of MLflow."""

from __future__ import annotations

import inspect

import pytest
from mlflow.store.model_registry.abstract_store import AbstractStore as RegistryStore
from mlflow.store.tracking.abstract_store import AbstractStore as TrackingStore

from modelregistry.kubeflow.registry import KubeflowRegistryStore
from modelregistry.kubeflow.tracking import KubeflowTrackingStore


@pytest.mark.parametrize(
    ("store", "contract"), [(KubeflowTrackingStore, TrackingStore), (KubeflowRegistryStore, RegistryStore)]
)
def test_no_operation_is_left_without_an_answer(store: type, contract: type) -> None:
    """A method of the contract that has no body would return None as if all were well."""
    silent = [
        name
        for name, function in inspect.getmembers(contract, inspect.isfunction)
        if getattr(function, "__isabstractmethod__", False) and inspect.getattr_static(store, name) is function
    ]
    assert silent == []


@pytest.mark.parametrize(
    ("store", "contract"), [(KubeflowTrackingStore, TrackingStore), (KubeflowRegistryStore, RegistryStore)]
)
def test_arguments_are_those_of_the_contract(store: type, contract: type) -> None:
    """MLflow calls stores by position and by name."""
    for name, function in inspect.getmembers(contract, inspect.isfunction):
        own = inspect.getattr_static(store, name)
        if inspect.isfunction(own) and own is not function and not name.startswith("__"):
            wanted = list(inspect.signature(function).parameters)
            assert list(inspect.signature(own).parameters)[: len(wanted)] == wanted, name
