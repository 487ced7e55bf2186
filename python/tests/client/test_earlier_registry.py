"""Code that was written for the earlier registry runs as it is; only the address is this server's."""

import importlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from modelregistry.client import ModelRegistryClient, exceptions

_UPLOAD = """
from registry.client import ModelRegistryClient
from registry.schemas import ModelMetadata
import io
import pickle

model_buffer = io.BytesIO()
pickle.dump(model, model_buffer)
model_buffer.seek(0)

client = ModelRegistryClient(ADDRESS)
metadata = ModelMetadata(
    id=ID,
    name="example_model",
    version=ID,
    file_extension="pkl",
    storage_group="ml-models",
    description="Example model",
    framework="scikit-learn",
    metrics={"accuracy": 0.95},
    parameters={"n_estimators": 100},
    tags={"type": "classification"}
)

response = client.upload_model(model_buffer, metadata)
"""
_RETRIEVE = """
metadata = client.get_metadata(METADATA_ID)
model_buffer, metadata = client.get_model(
    file_path=metadata["storage_path"],
    metadata_id=metadata["_id"],
    bucket_name=metadata["storage_group"]
)
model = pickle.load(model_buffer)
"""


def run(url: str, unique: Callable[[str], str], model: Any) -> dict[str, Any]:
    names: dict[str, Any] = {"ADDRESS": url, "ID": unique("model"), "model": model}
    exec(_UPLOAD, names)
    names["METADATA_ID"] = names["response"].metadata_id
    exec(_RETRIEVE, names)
    return names


def test_a_model_goes_up_and_comes_back(url: str, unique: Callable[[str], str]) -> None:
    names = run(url, unique, {"coefficients": [1, 2, 3]})
    assert names["model"] == {"coefficients": [1, 2, 3]}
    assert names["metadata"]["tags"] == {"type": "classification"}
    assert names["client"].get_metadata(names["ID"]) == names["metadata"]


def test_a_model_of_scikit_learn(url: str, unique: Callable[[str], str]) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    trained = linear_model.LogisticRegression().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    names = run(url, unique, trained)
    assert list(names["model"].predict([[0.0], [3.0]])) == [0, 1]


def test_the_names_are_those_of_the_client() -> None:
    assert importlib.import_module("registry.client").ModelRegistryClient is ModelRegistryClient
    earlier = importlib.import_module("registry.exceptions")
    assert set(earlier.__all__) == set(exceptions.__all__)
    assert all(getattr(earlier, name) is getattr(exceptions, name) for name in earlier.__all__)


@pytest.mark.parametrize("module", ["modelregistry.client", "registry.client", "registry.schemas"])
def test_they_are_imported_without_mlflow(module: str) -> None:
    """That alone would take seconds."""
    program = f"import sys, {module}; print([name for name in sys.modules if name.split('.')[0] == 'mlflow'])"
    path = {"PYTHONPATH": ":".join(sys.path)}
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=path, timeout=60)
    assert shown.stdout.strip() == "[]", shown.stderr


def test_what_is_given_back_can_be_kept() -> None:
    from modelregistry.client import StoredModel

    model = StoredModel({"metadata_id": "1", "name": "a"})
    assert pickle.loads(pickle.dumps(model)) == model
