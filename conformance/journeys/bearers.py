"""The records that have tags for MLflow and custom properties for Kubeflow, in one shape."""

from typing import Any

import mr_openapi
from support import Kubeflow, SPEAKS_EXPERIMENTS, properties, typed, unique_name


class Bearer:
    """A record made through Kubeflow, with the custom properties given."""

    resource: str

    def __init__(self, mlflow_client, kubeflow: Kubeflow, given: dict[str, Any]):
        self.mlflow = mlflow_client
        self.kubeflow = kubeflow
        self.id = self.make({key: typed(value) for key, value in given.items()})

    def properties(self) -> dict[str, Any]:
        """As Kubeflow sees them; those that show something else than a tag are left out."""
        seen = properties(self.kubeflow.call(f"get_{self.resource}", self.id))
        return {key: value for key, value in seen.items() if not key.startswith("mlflow.")}

    def replace_properties(self, given: dict[str, Any]) -> None:
        values = {key: typed(value) for key, value in given.items()}
        self.kubeflow.update(self.resource, self.id, customProperties=values)

    def describe(self, description: str) -> None:
        self.kubeflow.update(self.resource, self.id, description=description)

    def found_by(self, filter_query: str) -> bool:
        return self.id in [item.id for item in self.kubeflow.all(f"get_{self.resource}s", filter_query=filter_query)]

    def tags(self) -> dict[str, str]:
        """As MLflow sees them."""
        return {key: value for key, value in self.all_tags().items() if not key.startswith("mlflow.")}


class RegisteredModel(Bearer):
    resource = "registered_model"

    def make(self, values):
        self.name = unique_name("model")
        body = mr_openapi.RegisteredModelCreate(name=self.name, customProperties=values)
        return self.kubeflow.call("create_registered_model", body).id

    def all_tags(self):
        return self.mlflow.get_registered_model(self.name).tags

    def set_tag(self, key, value):
        self.mlflow.set_registered_model_tag(self.name, key, value)

    def delete_tag(self, key):
        self.mlflow.delete_registered_model_tag(self.name, key)

    def matches(self, filter_string):
        found = self.mlflow.search_registered_models(f"name = '{self.name}' AND {filter_string}")
        return len(found) == 1


class ModelVersion(Bearer):
    resource = "model_version"

    def make(self, values):
        self.name = unique_name("model")
        model = self.kubeflow.call("create_registered_model", mr_openapi.RegisteredModelCreate(name=self.name))
        body = mr_openapi.ModelVersionCreate(name="first", registeredModelId=model.id, customProperties=values)
        return self.kubeflow.call("create_model_version", body).id

    def all_tags(self):
        return self.mlflow.get_model_version(self.name, "1").tags

    def set_tag(self, key, value):
        self.mlflow.set_model_version_tag(self.name, "1", key, value)

    def delete_tag(self, key):
        self.mlflow.delete_model_version_tag(self.name, "1", key)

    def matches(self, filter_string):
        found = self.mlflow.search_model_versions(f"name = '{self.name}' AND {filter_string}")
        return len(found) == 1


class Experiment(Bearer):
    resource = "experiment"

    def make(self, values):
        self.name = unique_name("experiment")
        body = mr_openapi.ExperimentCreate(name=self.name, customProperties=values)
        return self.kubeflow.call("create_experiment", body).id

    def all_tags(self):
        return self.mlflow.get_experiment(self.id).tags

    def set_tag(self, key, value):
        self.mlflow.set_experiment_tag(self.id, key, value)

    def delete_tag(self, key):
        self.mlflow.delete_experiment_tag(self.id, key)

    def matches(self, filter_string):
        found = self.mlflow.search_experiments(filter_string=f"name = '{self.name}' AND {filter_string}")
        return len(found) == 1


class Run(Bearer):
    resource = "experiment_run"

    def make(self, values):
        body = mr_openapi.ExperimentCreate(name=unique_name("experiment"))
        self.experiment_id = self.kubeflow.call("create_experiment", body).id
        body = mr_openapi.ExperimentRunCreate(name="run", experimentId=self.experiment_id, customProperties=values)
        return self.kubeflow.call("create_experiment_run", body).id

    def all_tags(self):
        return self._run().data.tags

    def set_tag(self, key, value):
        self.mlflow.set_tag(self._run().info.run_id, key, value)

    def delete_tag(self, key):
        self.mlflow.delete_tag(self._run().info.run_id, key)

    def matches(self, filter_string):
        return len(self.mlflow.search_runs([self.experiment_id], filter_string)) == 1

    def _run(self):
        [run] = self.mlflow.search_runs([self.experiment_id])
        return run


BEARERS = [RegisteredModel, ModelVersion, *([Experiment, Run] if SPEAKS_EXPERIMENTS else [])]
