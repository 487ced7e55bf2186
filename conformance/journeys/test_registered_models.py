"""A registered model is one record: MLflow knows it by its name, Kubeflow by its number."""

import pytest
from mr_openapi import RegisteredModelCreate
from support import error_code_of, properties, status_of, unique_name


def test_mlflow_makes_kubeflow_reads(mlflow_client, kubeflow, mlflow_model):
    made = mlflow_client.get_registered_model(mlflow_model.name)
    seen = kubeflow.registry.get_registered_model(mlflow_model.name)
    assert (seen.name, seen.description, seen.state.value) == (mlflow_model.name, "made by MLflow", "LIVE")
    assert int(seen.id) > 0
    assert seen.custom_properties == {"team": "growth"}
    assert seen.create_time_since_epoch == str(made.creation_timestamp)
    assert seen.last_update_time_since_epoch == str(made.last_updated_timestamp)
    assert seen.id in [model.id for model in kubeflow.registry.get_registered_models()]


def test_kubeflow_makes_mlflow_reads(mlflow_client, kubeflow, name):
    body = RegisteredModelCreate(name=name, description="made by Kubeflow", owner="Ada")
    made = kubeflow.call("create_registered_model", body)
    seen = mlflow_client.get_registered_model(name)
    assert (seen.name, seen.description, seen.tags, seen.latest_versions) == (name, "made by Kubeflow", {}, [])
    assert str(seen.creation_timestamp) == made.create_time_since_epoch
    assert [model.name for model in mlflow_client.search_registered_models(f"name = '{name}'")] == [name]


def test_renaming_through_mlflow_keeps_the_number(mlflow_client, kubeflow, kubeflow_model):
    before = kubeflow.model(kubeflow_model.name)
    renamed = unique_name("renamed")
    mlflow_client.rename_registered_model(kubeflow_model.name, renamed)
    assert kubeflow.call("get_registered_model", before.id).name == renamed
    assert kubeflow.model(renamed).id == before.id
    assert kubeflow.registry.get_registered_model(kubeflow_model.name) is None
    assert kubeflow.registry.get_model_version(renamed, "v1-first").registered_model_id == before.id
    assert mlflow_client.get_model_version(renamed, "1").name == renamed


def test_each_changes_the_description(mlflow_client, kubeflow, mlflow_model):
    mlflow_client.update_registered_model(mlflow_model.name, description="from MLflow")
    model = kubeflow.registry.get_registered_model(mlflow_model.name)
    assert model.description == "from MLflow"
    model.description = "from Kubeflow"
    kubeflow.registry.update(model)
    assert mlflow_client.get_registered_model(mlflow_model.name).description == "from Kubeflow"


def test_what_mlflow_does_not_know_outlives_its_changes(mlflow_client, kubeflow, name):
    extras = {"owner": "Ada", "external_id": unique_name("external"), "readme": "# Churn", "language": ["en", "de"]}
    made = kubeflow.call("create_registered_model", RegisteredModelCreate(name=name, **extras))
    mlflow_client.update_registered_model(name, description="from MLflow")
    mlflow_client.set_registered_model_tag(name, "team", "growth")
    mlflow_client.rename_registered_model(name, unique_name("renamed"))
    seen = kubeflow.call("get_registered_model", made.id)
    assert {field: getattr(seen, field) for field in extras} == extras


def test_a_name_is_taken_whoever_took_it(mlflow_client, kubeflow, mlflow_model):
    taken_by_kubeflow = unique_name("taken")
    kubeflow.call("create_registered_model", RegisteredModelCreate(name=taken_by_kubeflow))
    assert error_code_of(lambda: mlflow_client.create_registered_model(taken_by_kubeflow)) == "RESOURCE_ALREADY_EXISTS"
    body = RegisteredModelCreate(name=mlflow_model.name)
    assert status_of(lambda: kubeflow.call("create_registered_model", body)) == 409
    rename = lambda: mlflow_client.rename_registered_model(mlflow_model.name, taken_by_kubeflow)  # noqa: E731
    assert error_code_of(rename) == "RESOURCE_ALREADY_EXISTS"


def test_a_change_by_kubeflow_leaves_mlflows_fields_alone(mlflow_client, kubeflow, mlflow_model):
    model = kubeflow.model(mlflow_model.name)
    kubeflow.update("registered_model", model.id, owner="Ada")
    seen = mlflow_client.get_registered_model(mlflow_model.name)
    assert (seen.description, seen.tags) == ("made by MLflow", {"team": "growth"})


def test_a_prompt_is_a_registered_model_with_a_tag(mlflow_client, kubeflow, name):
    import mlflow

    mlflow.genai.register_prompt(name, "Summarise {{ text }}")
    model = kubeflow.model(name)
    assert properties(model)["mlflow.prompt.is_prompt"] == "true"
    prompts = kubeflow.all("get_registered_models", filter_query="mlflow.prompt.is_prompt = 'true'")
    assert model.id in [prompt.id for prompt in prompts]
    assert name in [prompt.name for prompt in mlflow.genai.search_prompts(f"name = '{name}'")]


def test_names_that_mlflow_does_not_give(mlflow_client, kubeflow):
    """Models from hubs are called `organisation/model`. MLflow's client reads them, but refuses to set aliases or to load them by name."""
    name = unique_name("org/churn:latest")
    kubeflow.register(name, "v1", uri="s3://bucket/churn")
    mlflow_client.set_registered_model_tag(name, "team", "growth")
    mlflow_client.transition_model_version_stage(name, "1", "Production")
    assert mlflow_client.get_registered_model(name).tags == {"team": "growth"}
    assert mlflow_client.get_model_version(name, "1").source == "s3://bucket/churn"
    assert mlflow_client.get_latest_versions(name, ["Production"])[0].name == name
    assert error_code_of(lambda: mlflow_client.create_registered_model(unique_name("org/churn"))) == "INVALID_PARAMETER_VALUE"
    assert error_code_of(lambda: mlflow_client.get_registered_model("org/none")) == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("spelled", ["it's", "100% \\ done", "naïve 模型"])
def test_unusual_names(mlflow_client, kubeflow, spelled):
    """Names with quotes, backslashes and other alphabets are found by both."""
    name = unique_name(spelled)
    kubeflow.call("create_registered_model", RegisteredModelCreate(name=name))
    assert mlflow_client.get_registered_model(name).name == name
    assert name in [model.name for model in mlflow_client.search_registered_models(f"name LIKE '%{name[-12:]}'")]
    assert kubeflow.registry.get_registered_model(name).name == name
