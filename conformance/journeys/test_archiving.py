"""What MLflow deletes is archived for Kubeflow, who still sees it and can bring it back."""

import pytest
import requests
from mr_openapi import ModelVersionState, RegisteredModelCreate, RegisteredModelState
from support import error_code_of, properties, status_of, typed

MISSING = "RESOURCE_DOES_NOT_EXIST"


def is_gone_for_mlflow(mlflow_client, name) -> bool:
    found = mlflow_client.search_registered_models(f"name = '{name}'")
    return found == [] and error_code_of(lambda: mlflow_client.get_registered_model(name)) == MISSING


def test_mlflow_deletes_kubeflow_restores(mlflow_client, kubeflow, mlflow_model):
    mlflow_client.set_registered_model_alias(mlflow_model.name, "champion", "1")
    mlflow_client.delete_registered_model(mlflow_model.name)
    archived = kubeflow.registry.get_registered_model(mlflow_model.name)
    assert archived.state == RegisteredModelState.ARCHIVED
    assert kubeflow.registry.get_model_version(mlflow_model.name, "1").state == ModelVersionState.LIVE
    archived.state = RegisteredModelState.LIVE
    kubeflow.registry.update(archived)
    restored = mlflow_client.get_registered_model(mlflow_model.name)
    assert (restored.description, restored.tags) == ("made by MLflow", {"team": "growth"})
    assert {alias: str(version) for alias, version in restored.aliases.items()} == {"champion": "1"}
    assert mlflow_client.get_model_version(mlflow_model.name, "1").source == "s3://bucket/churn"


def test_kubeflow_archives_and_restores(mlflow_client, kubeflow, kubeflow_model):
    model = kubeflow.registry.get_registered_model(kubeflow_model.name)
    model.state = RegisteredModelState.ARCHIVED
    model = kubeflow.registry.update(model)
    assert is_gone_for_mlflow(mlflow_client, kubeflow_model.name)
    assert mlflow_client.search_model_versions(f"name = '{kubeflow_model.name}'") == []
    assert error_code_of(lambda: mlflow_client.get_model_version(kubeflow_model.name, "1")) == MISSING
    model.state = RegisteredModelState.LIVE
    kubeflow.registry.update(model)
    assert str(mlflow_client.get_model_version(kubeflow_model.name, "1").version) == "1"


def test_an_archived_model_is_in_kubeflows_lists(mlflow_client, kubeflow, mlflow_model):
    model_id = kubeflow.model(mlflow_model.name).id
    mlflow_client.delete_registered_model(mlflow_model.name)
    found = kubeflow.all("get_registered_models", filter_query=f"name = '{mlflow_model.name}' AND state = 'ARCHIVED'")
    assert [model.id for model in found] == [model_id]


def test_changes_of_an_archived_model_are_kept(mlflow_client, kubeflow, mlflow_model):
    mlflow_client.delete_registered_model(mlflow_model.name)
    model = kubeflow.model(mlflow_model.name)
    changed = kubeflow.update("registered_model", model.id, description="put away")
    assert changed.state == RegisteredModelState.ARCHIVED
    kubeflow.update("registered_model", model.id, state="LIVE")
    assert mlflow_client.get_registered_model(mlflow_model.name).description == "put away"


@pytest.fixture
def namesakes(mlflow_client, kubeflow, mlflow_model):
    """The numbers of an archived model and of the new one that MLflow has given its name."""
    old = kubeflow.model(mlflow_model.name).id
    mlflow_client.delete_registered_model(mlflow_model.name)
    mlflow_client.create_registered_model(mlflow_model.name, description="the new one")
    return old, kubeflow.model(mlflow_model.name).id


def test_the_name_is_free_for_mlflow(mlflow_client, kubeflow, mlflow_model, namesakes):
    old, new = namesakes
    assert old != new
    assert kubeflow.model(mlflow_model.name).description == "the new one"
    found = kubeflow.all("get_registered_models", filter_query=f"name = '{mlflow_model.name}'")
    assert [(model.id, model.state.value) for model in found] == [(old, "ARCHIVED"), (new, "LIVE")]
    assert mlflow_client.search_model_versions(f"name = '{mlflow_model.name}'") == []
    assert str(mlflow_client.create_model_version(mlflow_model.name, "s3://b/m", await_creation_for=0).version) == "1"


def test_the_name_is_not_free_for_kubeflow(mlflow_client, kubeflow, mlflow_model):
    mlflow_client.delete_registered_model(mlflow_model.name)
    assert status_of(lambda: kubeflow.call("create_registered_model", RegisteredModelCreate(name=mlflow_model.name))) == 409


def test_a_namesake_stops_the_restoration(mlflow_client, kubeflow, mlflow_model, namesakes):
    old, new = namesakes
    assert status_of(lambda: kubeflow.update("registered_model", old, state="LIVE")) == 409
    assert kubeflow.call("get_registered_model", old).state == "ARCHIVED"
    kubeflow.update("registered_model", new, state="ARCHIVED")
    kubeflow.update("registered_model", old, state="LIVE")
    assert mlflow_client.get_registered_model(mlflow_model.name).description == "made by MLflow"


def test_archived_namesakes(mlflow_client, kubeflow, mlflow_model, namesakes):
    """None of them is live: the one that was made last is found, as MLflow does with deleted experiments."""
    mlflow_client.delete_registered_model(mlflow_model.name)
    assert kubeflow.model(mlflow_model.name).id == namesakes[1]
    kubeflow.update("registered_model", namesakes[0], state="LIVE")
    assert kubeflow.model(mlflow_model.name).id == namesakes[0]


def test_a_namesake_out_of_the_way_by_a_rename(mlflow_client, kubeflow, mlflow_model, namesakes):
    old, new = namesakes
    mlflow_client.rename_registered_model(mlflow_model.name, f"{mlflow_model.name}-new")
    kubeflow.update("registered_model", old, state="LIVE")
    assert mlflow_client.get_registered_model(mlflow_model.name).description == "made by MLflow"
    assert kubeflow.model(f"{mlflow_model.name}-new").id == new


def test_mlflow_deletes_a_version_kubeflow_restores(mlflow_client, kubeflow, mlflow_model):
    mlflow_client.set_registered_model_alias(mlflow_model.name, "champion", "1")
    mlflow_client.transition_model_version_stage(mlflow_model.name, "1", "Production")
    mlflow_client.delete_model_version(mlflow_model.name, "1")
    version = kubeflow.version(mlflow_model.name, "1")
    assert version.state == ModelVersionState.ARCHIVED
    assert properties(kubeflow.model(mlflow_model.name)) == {"team": "growth"}
    kubeflow.update("model_version", version.id, state="LIVE")
    seen = mlflow_client.get_model_version(mlflow_model.name, "1")
    assert (seen.source, seen.aliases) == ("s3://bucket/churn", [])


def test_kubeflow_archives_a_version(mlflow_client, kubeflow, mlflow_model):
    mlflow_client.set_registered_model_alias(mlflow_model.name, "champion", "1")
    version = kubeflow.registry.get_model_version(mlflow_model.name, "1")
    version.state = ModelVersionState.ARCHIVED
    kubeflow.registry.update(version)
    assert error_code_of(lambda: mlflow_client.get_model_version(mlflow_model.name, "1")) == MISSING
    assert mlflow_client.get_registered_model(mlflow_model.name).aliases == {}
    # Its number stays its own.
    assert str(mlflow_client.create_model_version(mlflow_model.name, "s3://b/m", await_creation_for=0).version) == "2"
    version.state = ModelVersionState.LIVE
    kubeflow.registry.update(version)
    assert mlflow_client.get_model_version(mlflow_model.name, "1").source == "s3://bucket/churn"


def test_an_alias_needs_a_version_that_is_not_archived(kubeflow, mlflow_model):
    kubeflow.update("model_version", kubeflow.version(mlflow_model.name, "1").id, state="ARCHIVED")
    model_id = kubeflow.model(mlflow_model.name).id
    champion = {"mlflow.alias.champion": typed("1")}
    assert status_of(lambda: kubeflow.update("registered_model", model_id, customProperties=champion)) == 404


def test_archived_versions_of_a_model_that_comes_back(mlflow_client, kubeflow, kubeflow_model):
    """The model and each version have a state of their own."""
    kubeflow.register(kubeflow_model.name, "v2")
    mlflow_client.delete_model_version(kubeflow_model.name, "1")
    mlflow_client.delete_registered_model(kubeflow_model.name)
    model = kubeflow.model(kubeflow_model.name)
    versions = {version.name: version.state.value for version in kubeflow.registry.get_model_versions(model.name)}
    assert versions == {"v1-first": "ARCHIVED", "v2": "LIVE"}
    kubeflow.update("registered_model", model.id, state="LIVE")
    found = mlflow_client.search_model_versions(f"name = '{kubeflow_model.name}'")
    assert [str(version.version) for version in found] == ["2"]


def test_only_what_is_archived_can_be_removed_for_good(url, mlflow_client, kubeflow, mlflow_model):
    """No client has a call for it."""
    model = kubeflow.model(mlflow_model.name)
    prefix = "v1" if not hasattr(kubeflow.registry, "start_experiment_run") else "v1alpha3"
    address = f"{url}/api/model_registry/{prefix}/registered_models/{model.id}"
    assert requests.delete(address, timeout=20).status_code == 409
    mlflow_client.delete_registered_model(mlflow_model.name)
    assert requests.delete(address, timeout=20).status_code == 204
    assert status_of(lambda: kubeflow.call("get_registered_model", model.id)) == 404
    assert kubeflow.registry.get_registered_model(mlflow_model.name) is None
