"""How mlflow finds the stores, and the names of an earlier plugin."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from gateway import Gateway

from modelregistry.native.registry import NativeRegistryStore
from modelregistry.native.tracking import NativeTrackingStore
from modelregistry.registry import open_registry_store
from modelregistry.settings import SCHEMES
from modelregistry.tracking import open_tracking_store
from modelregistry_plugin import ModelRegistryStore
from modelregistry_plugin import tracking_store as earlier


@pytest.mark.parametrize("group", ["mlflow.tracking_store", "mlflow.model_registry_store"])
def test_each_scheme_has_its_stores(group: str) -> None:
    assert {entry.name for entry in entry_points(group=group)} >= set(SCHEMES)


@pytest.mark.parametrize("scheme", ["modelregistry", "modelregistry+http"])
def test_each_address_opens_its_stores(gateway: Gateway, scheme: str) -> None:
    address = f"{scheme}://127.0.0.1:{gateway.port}"
    assert isinstance(open_tracking_store(address), NativeTrackingStore)
    assert isinstance(open_registry_store(address), NativeRegistryStore)


@pytest.mark.parametrize(
    "module",
    [
        "mlflow",
        "modelregistry.settings",
        "modelregistry.tracking",
        "modelregistry.native.tracking",
        "modelregistry.native.registry",
        "modelregistry.native.artifacts",
        "modelregistry_plugin",
    ],
)
def test_any_module_can_be_imported_first(module: str) -> None:
    """mlflow loads the entry points while it is imported itself: a circle would show as a warning, or fail."""
    program = f"import warnings; warnings.simplefilter('error', UserWarning); import {module}; import mlflow; mlflow.MlflowClient"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_the_names_of_the_earlier_plugin(address: str) -> None:
    store = ModelRegistryStore(store_uri=address, artifact_uri="s3://bucket/artifacts")
    assert isinstance(store, ModelRegistryStore) and isinstance(store, NativeTrackingStore)
    assert not isinstance(object(), ModelRegistryStore)
    assert earlier.ModelRegistryStore is ModelRegistryStore


def test_the_earlier_plugin_without_an_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    host, port = url.removeprefix("http://").split(":")
    monkeypatch.setenv("MODEL_REGISTRY_HOST", host)
    monkeypatch.setenv("MODEL_REGISTRY_PORT", port)
    assert ModelRegistryStore().get_experiment("0").name == "Default"


def test_experiments_go_below_the_artifact_uri(address: str, unique) -> None:
    store = ModelRegistryStore(store_uri=address, artifact_uri="s3://bucket/artifacts/")
    locations = [store.get_experiment(store.create_experiment(unique("located"))).artifact_location for _ in range(2)]
    assert all(location.startswith("s3://bucket/artifacts/experiments/") for location in locations)
    assert len(set(locations)) == 2
    own = store.create_experiment(unique("own"), "s3://own/place")
    assert store.get_experiment(own).artifact_location == "s3://own/place"
