"""What the journeys share: Kubeflow's client in short, unique names, and how its typed values read."""

import base64
import json
import uuid
from collections.abc import Callable
from typing import Any

import mr_openapi
import pytest
from mlflow.exceptions import MlflowException
from model_registry import ModelRegistry
from mr_openapi import Artifact, MetadataValue, Metric
from mr_openapi.exceptions import ApiException

SPEAKS_EXPERIMENTS = hasattr(ModelRegistry, "start_experiment_run")

needs_experiments = pytest.mark.skipif(not SPEAKS_EXPERIMENTS, reason="v1 has no experiments: the client of v1alpha3 has")

KINDS = {bool: "bool", int: "int", float: "double", str: "string"}


def unique_name(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:12]}"


def typed(value: Any) -> MetadataValue:
    """A custom property of the type that belongs to the Python type; dicts and lists are structs."""
    kind = KINDS.get(type(value), "struct")
    content = {
        "int": lambda: str(value),
        "struct": lambda: base64.b64encode(json.dumps(value).encode()).decode(),
    }.get(kind, lambda: value)()
    return MetadataValue.from_dict({f"{kind}_value": content, "metadataType": f"Metadata{kind.capitalize()}Value"})


def read_typed(value: MetadataValue) -> Any:
    """The other way round: the Python type tells the type of the property."""
    actual = value.actual_instance
    kind = actual.metadata_type.removeprefix("Metadata").removesuffix("Value").lower()
    content = getattr(actual, f"{kind}_value")
    readers = {"int": int, "double": float, "struct": lambda text: json.loads(base64.b64decode(text))}
    return readers.get(kind, lambda same: same)(content)


def properties(resource: Any) -> dict[str, Any]:
    """The custom properties of a resource of the generated client, without their wrapping."""
    return {key: read_typed(value) for key, value in (resource.custom_properties or {}).items()}


class Kubeflow:
    """`registry` is the client as its users have it; `call` reaches every operation of the contract, by its name in the generated client."""

    def __init__(self, address: str, port: int):
        self.registry = ModelRegistry(address, port, author="Ada Lovelace", is_secure=False)

    def call(self, operation: str, *arguments: Any, **options: Any) -> Any:
        async def send():
            async with self.registry._api.get_client() as api:
                return await getattr(api, operation)(*arguments, **options)

        return self.registry.async_runner(send())

    def register(self, name: str, version: str, uri: str = "s3://bucket/model", **options: Any):
        """Registers a version with its artifact, and the model where there is none."""
        formats = {"model_format_name": "onnx", "model_format_version": "1"}
        return self.registry.register_model(name, uri, version=version, **formats, **options)

    def model(self, name: str):
        return self.call("find_registered_model", name=name)

    def version(self, name: str, version: str):
        return self.call("find_model_version", name=version, parent_resource_id=self.model(name).id)

    def update(self, resource: str, identifier: str, **fields: Any) -> Any:
        """Changes these fields alone: the generated client fills in a state and a status that nobody has given."""
        body = getattr(mr_openapi, "".join(word.capitalize() for word in resource.split("_")) + "Update")
        unsaid = {name: None for name in ("state", "status", "desired_state") if name in body.model_fields}
        return self.call(f"update_{resource}", identifier, body(**{**unsaid, **fields}))

    def all(self, operation: str, *arguments: Any, **options: Any) -> list:
        """The items of all pages of a list."""
        items, token = [], None
        while token != "":
            page = self.call(operation, *arguments, page_size="100", next_page_token=token, **options)
            items += page.items
            token = page.next_page_token
        return items


def run_named(kubeflow: Kubeflow, experiment_id: str, name: str):
    return kubeflow.call("find_experiment_run", name=name, parent_resource_id=experiment_id)


def log(kubeflow: Kubeflow, run_id: str, artifact: Any):
    """Creates an artifact of a run, or updates the one of that name."""
    return kubeflow.call("upsert_experiment_run_artifact", run_id, Artifact(artifact)).actual_instance


def log_metric(kubeflow: Kubeflow, run_id: str, name: str, value: float, step: int, timestamp: int = 1_700_000_000_000):
    metric = Metric(artifactType="metric", name=name, value=value, step=step, timestamp=str(timestamp))
    return log(kubeflow, run_id, metric)


def logs(kubeflow: Kubeflow, run_id: str) -> dict[str, Any]:
    """The artifacts of a run, by name."""
    found = [artifact.actual_instance for artifact in kubeflow.all("get_experiment_run_artifacts", run_id)]
    return {artifact.name: artifact for artifact in found}


def history(kubeflow: Kubeflow, run_id: str, name: str) -> list[tuple[int, float]]:
    """Step and value of each point of a metric."""
    return [(point.step, point.value) for point in kubeflow.all("get_experiment_run_metric_history", run_id, name=name)]


def status_of(call: Callable[[], object]) -> int:
    """Kubeflow's status of a call that must be refused."""
    with pytest.raises(ApiException) as refused:
        call()
    return refused.value.status


def error_code_of(call: Callable[[], object]) -> str:
    """MLflow's code of a call that must be refused."""
    with pytest.raises(MlflowException) as refused:
        call()
    return refused.value.error_code
