"""Model versions over Kubeflow's API, through MLflow's client."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.records import ModelVersion

pytestmark = pytest.mark.filterwarnings("ignore:.*stage.*:FutureWarning")


@pytest.fixture
def model(client: MlflowClient, name: str) -> str:
    """The name of a model with the versions 1, 2 and 3 from the runs r1, r2 and r3."""
    client.create_registered_model(name)
    for number in "123":
        client.create_model_version(
            name, f"s3://bucket/{number}", run_id=f"r{number}", tags={"number": number}, description=f"of {number}"
        )
    return name


def record_of(api: KubeflowApi, model: str, version: str) -> ModelVersion:
    parent = api.registered_models.find(model)
    assert parent is not None
    found = api.model_versions.find(version, parent["id"])
    assert found is not None
    return found


def test_everything_given_at_creation_is_kept(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name)
    client.create_model_version(
        name, "s3://b/m", "run-7", {"a": "1"}, run_link="https://runs/7", description="good", model_id="m-1"
    )
    version = client.get_model_version(name, "1")
    assert (version.version, version.source, version.run_id) == ("1", "s3://b/m", "run-7")
    assert (version.tags, version.run_link, version.description) == ({"a": "1"}, "https://runs/7", "good")
    assert (version.model_id, version.status, version.current_stage) == ("m-1", "READY", "None")
    assert version.user_id == "ann"


def test_kubeflow_sees_a_model_artifact(model: str, api: KubeflowApi) -> None:
    [artifact] = api.model_versions.artifacts(record_of(api, model, "2")["id"])
    shown = {field: artifact.get(field) for field in ("artifactType", "name", "uri", "modelFormatName", "state")}
    assert shown == {
        "artifactType": "model-artifact",
        "name": model,
        "uri": "s3://bucket/2",
        "modelFormatName": "mlflow-model",
        "state": "LIVE",
    }


def test_numbers_are_not_given_twice(client: MlflowClient, model: str) -> None:
    client.delete_model_version(model, "3")
    assert client.create_model_version(model, "s3://bucket/4").version == "4"


def test_versions_made_at_once_have_numbers_of_their_own(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: client.create_model_version(name, f"s3://b/{number}"), range(8)))
    assert sorted(int(version.version) for version in made) == list(range(1, 9))
    assert {client.get_model_version(name, version.version).source for version in made} == {
        f"s3://b/{number}" for number in range(8)
    }


@pytest.mark.parametrize(
    ("filter_string", "expected"),
    [
        ("", ["1", "2", "3"]),
        (" AND tags.number != '2'", ["1", "3"]),
        (" AND run_id = 'r2'", ["2"]),
        (" AND run_id IN ('r1', 'r3')", ["1", "3"]),
        (" AND source_path = 's3://bucket/3'", ["3"]),
        (" AND version_number > 1", ["2", "3"]),
    ],
)
def test_search_by(client: MlflowClient, model: str, filter_string: str, expected: list[str]) -> None:
    found = client.search_model_versions(f"name = '{model}'{filter_string}", order_by=["version_number ASC"])
    assert [version.version for version in found] == expected


def test_search_over_all_models(client: MlflowClient, model: str) -> None:
    run = f"run-of-{model}"
    client.create_model_version(model, "s3://bucket/4", run_id=run)
    client.create_registered_model(f"{model}-other")
    client.create_model_version(f"{model}-other", "s3://bucket/5", run_id=run)
    found = client.search_model_versions(f"run_id = '{run}'", order_by=["name ASC"])
    assert [(version.name, version.version) for version in found] == [(model, "4"), (f"{model}-other", "1")]


def test_search_in_pages(client: MlflowClient, model: str) -> None:
    first = client.search_model_versions(f"name = '{model}'", 2, ["version_number DESC"])
    rest = client.search_model_versions(f"name = '{model}'", 2, ["version_number DESC"], first.token)
    assert [version.version for version in [*first, *rest]] == ["3", "2", "1"]


def test_tags_are_set_and_removed(client: MlflowClient, model: str) -> None:
    client.set_model_version_tag(model, "1", "quality", "high")
    client.delete_model_version_tag(model, "1", "number")
    version = client.get_model_version(model, "1")
    assert (version.tags, version.run_id) == ({"quality": "high"}, "r1")
    assert client.get_model_version(model, "2").tags == {"number": "2"}


@pytest.mark.parametrize("key", ["mlflow.stage", "mlflow.run_id", "mlflow.run_link", "mlflow.model_id"])
def test_fields_are_no_tags(client: MlflowClient, model: str, key: str) -> None:
    with pytest.raises(MlflowException, match=key) as raised:
        client.set_model_version_tag(model, "1", key, "x")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def test_a_stage_archives_those_before_it(client: MlflowClient, model: str, api: KubeflowApi) -> None:
    client.transition_model_version_stage(model, "1", "production")
    client.transition_model_version_stage(model, "2", "Production", archive_existing_versions=True)
    client.transition_model_version_stage(model, "3", "Staging")
    stages = {version.version: version.current_stage for version in client.get_registered_model(model).latest_versions}
    assert stages == {"1": "Archived", "2": "Production", "3": "Staging"}
    assert record_of(api, model, "2").get("customProperties", {})["mlflow.stage"]["string_value"] == "Production"
    assert [version.version for version in client.get_latest_versions(model, ["Production"])] == ["2"]
    assert client.transition_model_version_stage(model, "2", "None").current_stage == "None"
    assert "mlflow.stage" not in record_of(api, model, "2").get("customProperties", {})


def test_only_active_stages_archive_others(client: MlflowClient, model: str) -> None:
    with pytest.raises(MlflowException, match="Staging") as raised:
        client.transition_model_version_stage(model, "1", "Archived", archive_existing_versions=True)
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def test_the_latest_version_is_that_with_the_greatest_number(client: MlflowClient, model: str) -> None:
    for number in range(4, 11):
        client.create_model_version(model, f"s3://bucket/{number}")
    assert [version.version for version in client.get_registered_model(model).latest_versions] == ["10"]


def test_an_alias_is_a_property_of_the_model(client: MlflowClient, model: str, api: KubeflowApi) -> None:
    client.set_registered_model_alias(model, "champion", "1")
    client.set_registered_model_alias(model, "champion", "2")
    client.set_registered_model_alias(model, "rival", "2")
    assert client.get_model_version_by_alias(model, "champion").version == "2"
    assert sorted(client.get_model_version(model, "2").aliases) == ["champion", "rival"]
    assert client.get_registered_model(model).aliases == {"champion": "2", "rival": "2"}
    record = api.registered_models.find(model)
    assert record is not None
    assert record.get("customProperties", {})["mlflow.alias.champion"]["string_value"] == "2"
    client.delete_registered_model_alias(model, "rival")
    assert client.get_registered_model(model).aliases == {"champion": "2"}


def test_the_alias_latest_is_the_greatest_number(client: MlflowClient, model: str) -> None:
    assert client.get_model_version_by_alias(model, "latest").version == "3"
    with pytest.raises(MlflowException, match="reserved") as raised:
        client.set_registered_model_alias(model, "latest", "1")
    assert raised.value.error_code == "INVALID_PARAMETER_VALUE"


def test_an_alias_needs_a_version(client: MlflowClient, model: str) -> None:
    with pytest.raises(MlflowException) as raised:
        client.set_registered_model_alias(model, "champion", "9")
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_a_deleted_version_is_archived_and_loses_its_aliases(
    client: MlflowClient, model: str, api: KubeflowApi
) -> None:
    client.set_registered_model_alias(model, "champion", "2")
    client.delete_model_version(model, "2")
    assert record_of(api, model, "2").get("state") == "ARCHIVED"
    assert client.get_registered_model(model).aliases == {}
    assert [version.version for version in client.search_model_versions(f"name = '{model}'")] == ["3", "1"]
    with pytest.raises(MlflowException) as raised:
        client.get_model_version(model, "2")
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_an_archived_record_stays_archived_when_its_description_changes(model: str, api: KubeflowApi) -> None:
    version = api.model_versions.update(record_of(api, model, "1"), {"state": "ARCHIVED"})
    assert api.model_versions.update(version, {"description": "old"}).get("state") == "ARCHIVED"


def test_the_status_is_the_state_of_the_artifact(client: MlflowClient, model: str, api: KubeflowApi) -> None:
    [artifact] = api.model_versions.artifacts(record_of(api, model, "1")["id"])
    for state, status in [("PENDING", "PENDING_REGISTRATION"), ("ABANDONED", "FAILED_REGISTRATION"), ("LIVE", "READY")]:
        artifact = api.model_artifacts.update(artifact, {"state": state})
        assert client.get_model_version(model, "1").status == status


def test_a_version_with_a_free_name_is_shown_under_it(client: MlflowClient, model: str, api: KubeflowApi) -> None:
    parent = api.registered_models.find(model)
    assert parent is not None
    api.model_versions.create({"name": "v2-final", "registeredModelId": parent["id"]})
    assert client.get_model_version(model, "v2-final").source is None
    found = client.search_model_versions(f"name = '{model}'", order_by=["version_number ASC"])
    assert [version.version for version in found] == ["v2-final", "1", "2", "3"]
    assert client.create_model_version(model, "s3://bucket/4").version == "4"


def test_a_copied_version_has_the_files_of_the_first(client: MlflowClient, model: str, api: KubeflowApi) -> None:
    copy = client.copy_model_version(f"models:/{model}/2", f"{model}-copy")
    assert (copy.version, copy.tags, copy.run_id, copy.source) == ("1", {"number": "2"}, "r2", f"models:/{model}/2")
    assert client.get_model_version_download_uri(f"{model}-copy", "1") == "s3://bucket/2"
    [artifact] = api.model_versions.artifacts(record_of(api, f"{model}-copy", "1")["id"])
    assert artifact.get("uri") == "s3://bucket/2"
