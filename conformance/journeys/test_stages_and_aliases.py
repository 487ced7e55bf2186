"""Stages and aliases are properties for Kubeflow: `mlflow.stage` of the version, `mlflow.alias.<name>` of the model."""

import pytest
from support import error_code_of, properties, status_of, typed


@pytest.fixture
def model(mlflow_client, name):
    """Two versions, by MLflow."""
    mlflow_client.create_registered_model(name)
    for _ in range(2):
        mlflow_client.create_model_version(name, "s3://bucket/churn", await_creation_for=0)
    return name


def set_model_properties(kubeflow, name, **values):
    """Replaces all properties of the model; dots of the keys are written as __."""
    given = {key.replace("__", "."): typed(value) for key, value in values.items()}
    return kubeflow.update("registered_model", kubeflow.model(name).id, customProperties=given)


def set_stage(kubeflow, name, version, stage):
    given = {"mlflow.stage": typed(stage)}
    return kubeflow.update("model_version", kubeflow.version(name, version).id, customProperties=given)


def test_mlflows_alias_is_a_property(mlflow_client, kubeflow, model):
    mlflow_client.set_registered_model_alias(model, "champion", "1")
    assert properties(kubeflow.model(model)) == {"mlflow.alias.champion": "1"}
    mlflow_client.set_registered_model_alias(model, "champion", "2")
    assert properties(kubeflow.model(model)) == {"mlflow.alias.champion": "2"}
    mlflow_client.delete_registered_model_alias(model, "champion")
    assert properties(kubeflow.model(model)) == {}


def test_kubeflow_sets_moves_and_removes_an_alias(mlflow_client, kubeflow, model):
    set_model_properties(kubeflow, model, mlflow__alias__champion="1", team="growth")
    assert str(mlflow_client.get_model_version_by_alias(model, "champion").version) == "1"
    set_model_properties(kubeflow, model, mlflow__alias__champion="2", team="growth")
    assert str(mlflow_client.get_model_version_by_alias(model, "champion").version) == "2"
    assert mlflow_client.get_registered_model(model).tags == {"team": "growth"}
    set_model_properties(kubeflow, model, team="growth")
    assert error_code_of(lambda: mlflow_client.get_model_version_by_alias(model, "champion")) == "INVALID_PARAMETER_VALUE"


def test_an_alias_is_set_as_kubeflows_users_do(mlflow_client, kubeflow, model):
    """Read, add a property, update: what MLflow set meanwhile is still there."""
    mlflow_client.set_registered_model_alias(model, "champion", "1")
    mlflow_client.set_registered_model_tag(model, "team", "growth")
    seen = kubeflow.registry.get_registered_model(model)
    seen.custom_properties = {**seen.custom_properties, "mlflow.alias.challenger": "2"}
    kubeflow.registry.update(seen)
    registered = mlflow_client.get_registered_model(model)
    assert {alias: str(version) for alias, version in registered.aliases.items()} == {"champion": "1", "challenger": "2"}
    assert registered.tags == {"team": "growth"}


def test_an_alias_needs_a_version(mlflow_client, kubeflow, model):
    assert status_of(lambda: set_model_properties(kubeflow, model, mlflow__alias__champion="7")) == 404
    assert status_of(lambda: set_model_properties(kubeflow, model, mlflow__alias__champion="newest")) == 400
    assert mlflow_client.get_registered_model(model).aliases == {}


@pytest.mark.parametrize("alias", ["latest", "V3", "a/b", "with space", "x" * 256])
def test_an_alias_that_mlflow_could_not_set(mlflow_client, kubeflow, model, alias):
    given = {f"mlflow.alias.{alias}": typed("1")}
    assert status_of(lambda: kubeflow.update("registered_model", kubeflow.model(model).id, customProperties=given)) == 400
    assert mlflow_client.get_registered_model(model).aliases == {}


def test_an_alias_follows_a_rename(mlflow_client, kubeflow, model):
    mlflow_client.set_registered_model_alias(model, "champion", "2")
    mlflow_client.rename_registered_model(model, f"{model}-renamed")
    assert properties(kubeflow.model(f"{model}-renamed")) == {"mlflow.alias.champion": "2"}


def test_mlflows_stage_is_a_property(mlflow_client, kubeflow, model):
    assert "mlflow.stage" not in properties(kubeflow.version(model, "1"))
    mlflow_client.transition_model_version_stage(model, "1", "Production")
    assert properties(kubeflow.version(model, "1"))["mlflow.stage"] == "Production"
    mlflow_client.transition_model_version_stage(model, "2", "Production", archive_existing_versions=True)
    assert properties(kubeflow.version(model, "1"))["mlflow.stage"] == "Archived"
    assert kubeflow.version(model, "1").state == "LIVE"


def test_kubeflow_searches_by_stage_and_alias(mlflow_client, kubeflow, model):
    mlflow_client.transition_model_version_stage(model, "2", "Production")
    mlflow_client.set_registered_model_alias(model, "champion", "2")
    registered = kubeflow.model(model)
    found = kubeflow.all("get_registered_model_versions", registered.id, filter_query="mlflow.stage = 'Production'")
    assert [version.name for version in found] == ["2"]
    found = kubeflow.all("get_registered_models", filter_query=f"mlflow.alias.champion = '2' AND name = '{model}'")
    assert [each.id for each in found] == [registered.id]


def test_kubeflow_sets_a_stage(mlflow_client, kubeflow, model):
    set_stage(kubeflow, model, "1", "Staging")
    seen = mlflow_client.get_model_version(model, "1")
    assert (seen.current_stage, seen.tags) == ("Staging", {})
    assert [str(version.version) for version in mlflow_client.get_latest_versions(model, ["Staging"])] == ["1"]


def test_leaving_the_stage_out_ends_it(mlflow_client, kubeflow, model):
    mlflow_client.transition_model_version_stage(model, "1", "Production")
    kubeflow.update("model_version", kubeflow.version(model, "1").id, customProperties={"team": typed("growth")})
    assert mlflow_client.get_model_version(model, "1").current_stage == "None"


def test_another_change_keeps_the_stage(mlflow_client, kubeflow, model):
    mlflow_client.transition_model_version_stage(model, "1", "Production")
    version = kubeflow.registry.get_model_version(model, "1")
    version.description = "changed"
    kubeflow.registry.update(version)
    seen = mlflow_client.get_model_version(model, "1")
    assert (seen.current_stage, seen.description) == ("Production", "changed")


def test_an_unknown_stage_is_refused(mlflow_client, kubeflow, model):
    assert status_of(lambda: set_stage(kubeflow, model, "1", "Shipping")) == 400
    assert mlflow_client.get_model_version(model, "1").current_stage == "None"
