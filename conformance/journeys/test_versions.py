"""A version has a number for MLflow and a free name for Kubeflow, whoever made it."""

from mr_openapi import ModelVersionCreate
from support import error_code_of, properties, unique_name


def make(kubeflow, model_name: str, version: str, **fields):
    body = ModelVersionCreate(name=version, registered_model_id=kubeflow.model(model_name).id, **fields)
    return kubeflow.call("create_model_version", body)


def add(mlflow_client, model_name: str, **fields):
    return mlflow_client.create_model_version(model_name, "s3://bucket/model", await_creation_for=0, **fields)


def test_a_free_name_has_a_number(mlflow_client, kubeflow, mlflow_model):
    made = make(kubeflow, mlflow_model.name, "v2-final", author="Ada", description="the last one")
    assert made.name == "v2-final"
    seen = mlflow_client.get_model_version(mlflow_model.name, "2")
    assert (str(seen.version), seen.current_stage, seen.status) == ("2", "None", "READY")
    assert (seen.description, seen.user_id) == ("the last one", "Ada")
    assert str(seen.creation_timestamp) == made.create_time_since_epoch
    found = mlflow_client.search_model_versions(f"name = '{mlflow_model.name}'")
    assert sorted(int(version.version) for version in found) == [1, 2]


def test_mlflows_version_is_named_by_its_number(mlflow_client, kubeflow, mlflow_model):
    made = add(mlflow_client, mlflow_model.name, description="second", tags={"team": "growth"})
    seen = kubeflow.registry.get_model_version(mlflow_model.name, "2")
    assert (seen.name, seen.description, seen.state.value) == ("2", "second", "LIVE")
    assert seen.custom_properties == {"team": "growth"}
    assert seen.create_time_since_epoch == str(made.creation_timestamp)
    assert [version.name for version in kubeflow.registry.get_model_versions(mlflow_model.name)] == ["1", "2"]


def test_one_row_of_numbers_for_both(mlflow_client, kubeflow, kubeflow_model):
    numbers = []
    for name in ("blue", "green"):
        make(kubeflow, kubeflow_model.name, name)
        numbers.append(str(add(mlflow_client, kubeflow_model.name).version))
    assert numbers == ["3", "5"]
    names = [version.name for version in kubeflow.registry.get_model_versions(kubeflow_model.name)]
    assert names == ["v1-first", "blue", "3", "green", "5"]


def test_a_name_that_is_the_next_number_gets_that_number(mlflow_client, kubeflow, mlflow_model):
    """Those who number their versions by hand see the same numbers in both."""
    made = make(kubeflow, mlflow_model.name, "2", description="by hand")
    assert made.name == "2"
    assert mlflow_client.get_model_version(mlflow_model.name, "2").description == "by hand"


def test_a_number_whose_name_is_taken(mlflow_client, kubeflow, mlflow_model):
    """Kubeflow has called version 2 "3": MLflow's version 3 needs another name, and every number still finds its version."""
    make(kubeflow, mlflow_model.name, "3", description="called 3")
    third = add(mlflow_client, mlflow_model.name, description="MLflow's")
    names = [version.name for version in kubeflow.registry.get_model_versions(mlflow_model.name)]
    assert len(set(names)) == 3
    assert kubeflow.registry.get_model_version(mlflow_model.name, "3").description == "called 3"
    assert mlflow_client.get_model_version(mlflow_model.name, third.version).description == "MLflow's"


def test_each_changes_the_description(mlflow_client, kubeflow, kubeflow_model):
    mlflow_client.update_model_version(kubeflow_model.name, "1", description="from MLflow")
    version = kubeflow.registry.get_model_version(kubeflow_model.name, "v1-first")
    assert version.description == "from MLflow"
    version.description = "from Kubeflow"
    kubeflow.registry.update(version)
    assert mlflow_client.get_model_version(kubeflow_model.name, "1").description == "from Kubeflow"


def test_what_mlflow_does_not_know_outlives_its_changes(mlflow_client, kubeflow, mlflow_model):
    external_id = unique_name("external")
    made = make(kubeflow, mlflow_model.name, "free", author="Ada", external_id=external_id)
    mlflow_client.update_model_version(mlflow_model.name, "2", description="from MLflow")
    mlflow_client.set_model_version_tag(mlflow_model.name, "2", "team", "growth")
    seen = kubeflow.call("get_model_version", made.id)
    assert (seen.name, seen.author, seen.external_id) == ("free", "Ada", external_id)
    assert kubeflow.call("find_model_version", external_id=external_id).id == made.id


def test_the_run_of_a_version_is_a_property(mlflow_client, kubeflow, name, experiment_id):
    run_id = mlflow_client.create_run(experiment_id).info.run_id
    mlflow_client.create_registered_model(name)
    add(mlflow_client, name, run_id=run_id, run_link="https://runs.example/1")
    seen = properties(kubeflow.version(name, "1"))
    assert seen["mlflow.run_id"] == run_id


def test_kubeflow_names_the_run_of_a_version(mlflow_client, kubeflow, mlflow_model, experiment_id):
    run_id = mlflow_client.create_run(experiment_id).info.run_id
    version = kubeflow.registry.get_model_version(mlflow_model.name, "1")
    version.custom_properties = {**(version.custom_properties or {}), "mlflow.run_id": run_id}
    kubeflow.registry.update(version)
    assert mlflow_client.get_model_version(mlflow_model.name, "1").run_id == run_id
    found = mlflow_client.search_model_versions(f"run_id = '{run_id}'")
    assert [version.name for version in found] == [mlflow_model.name]
    assert "mlflow.run_id" not in mlflow_client.get_model_version(mlflow_model.name, "1").tags


def test_a_version_moves_to_no_other_model(mlflow_client, kubeflow, kubeflow_model):
    """The number is given once: Kubeflow's changes of the version keep it."""
    version = kubeflow.version(kubeflow_model.name, "v1-first")
    kubeflow.update("model_version", version.id, author="Grace")
    seen = mlflow_client.get_model_version(kubeflow_model.name, "1")
    assert (seen.name, str(seen.version), seen.user_id) == (kubeflow_model.name, "1", "Grace")


def test_mlflow_finds_nothing_under_a_free_name(mlflow_client, kubeflow_model):
    code = error_code_of(lambda: mlflow_client.get_model_version(kubeflow_model.name, "v1-first"))
    assert code == "INVALID_PARAMETER_VALUE"
