"""Stages are deprecated and still in every older guide; they have to work."""

import mlflow
import pytest
from support import create_versions, error_code_of


@pytest.fixture
def three_versions(client, model_name):
    create_versions(client, model_name, 3)
    return model_name


def stages(client, name):
    return {int(version.version): version.current_stage for version in client.search_model_versions(f"name='{name}'")}


def test_moving_through_the_stages(client, three_versions):
    for stage in ("Staging", "Production", "Archived", "None"):
        moved = client.transition_model_version_stage(name=three_versions, version=3, stage=stage)
        assert moved.current_stage == stage
        assert client.get_model_version(three_versions, "3").current_stage == stage


def test_archiving_what_was_in_the_stage(client, three_versions):
    client.transition_model_version_stage(three_versions, 1, "Production")
    client.transition_model_version_stage(three_versions, 2, "Staging")
    client.transition_model_version_stage(three_versions, 3, "Production", archive_existing_versions=True)
    assert stages(client, three_versions) == {1: "Archived", 2: "Staging", 3: "Production"}


def test_without_archiving_both_stay(client, three_versions):
    client.transition_model_version_stage(three_versions, 1, "Production")
    client.transition_model_version_stage(three_versions, 3, "Production")
    assert stages(client, three_versions) == {1: "Production", 2: "None", 3: "Production"}


def test_archiving_again_leaves_the_version_itself(client, three_versions):
    for _ in range(2):
        client.transition_model_version_stage(three_versions, 3, "Production", archive_existing_versions=True)
    assert stages(client, three_versions) == {1: "None", 2: "None", 3: "Production"}


def test_stage_names_ignore_case(client, three_versions):
    assert client.transition_model_version_stage(three_versions, 1, "pRoDuCtIoN").current_stage == "Production"


def test_unknown_stage_is_refused(client, three_versions):
    def move():
        client.transition_model_version_stage(three_versions, 1, "Elsewhere")

    assert error_code_of(move) == "INVALID_PARAMETER_VALUE"
    assert stages(client, three_versions)[1] == "None"


def test_stages_that_exist(client, three_versions):
    assert client.get_model_version_stages(three_versions, "1") == ["None", "Staging", "Production", "Archived"]


def test_loading_by_stage(client, logged, model_name, data):
    mlflow.register_model(f"runs:/{logged.run_id}/model", model_name)
    client.transition_model_version_stage(model_name, 1, "Production")
    loaded = mlflow.pyfunc.load_model(f"models:/{model_name}/Production")
    assert list(loaded.predict(data.features)) == data.labels
    with pytest.raises(mlflow.MlflowException, match="No versions of model"):
        mlflow.pyfunc.load_model(f"models:/{model_name}/Staging")
