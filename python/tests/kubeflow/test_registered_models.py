"""Registered models over Kubeflow's API, through MLflow's client."""

from __future__ import annotations

import json

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.records import RegisteredModel


def code_of(raised: pytest.ExceptionInfo[MlflowException]) -> str:
    return raised.value.error_code


def record_of(api: KubeflowApi, name: str) -> RegisteredModel:
    found = api.registered_models.find(name)
    assert found is not None
    return found


def test_tags_and_description_are_kept_from_the_beginning(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    client.create_registered_model(name, tags={"team": "vision", "empty": ""}, description="finds cats")
    model = client.get_registered_model(name)
    assert (model.tags, model.description) == ({"team": "vision", "empty": ""}, "finds cats")
    assert model.creation_timestamp == model.last_updated_timestamp
    assert record_of(api, name).get("owner") == "ann"


def test_a_name_is_given_once(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name)
    with pytest.raises(MlflowException, match="already exists") as raised:
        client.create_registered_model(name)
    assert code_of(raised) == "RESOURCE_ALREADY_EXISTS"


def test_a_name_is_exact_though_servers_search_by_patterns(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name.replace("_", "x"))
    with pytest.raises(MlflowException) as raised:
        client.get_registered_model(name)
    assert code_of(raised) == "RESOURCE_DOES_NOT_EXIST"
    client.create_registered_model(name)
    assert client.get_registered_model(name).name == name


@pytest.mark.parametrize("end", ["it's", 'say "hi"', "50%", "back\\slash", "ünïcode 模型"])
def test_any_name_is_found(client: MlflowClient, name: str, end: str) -> None:
    client.create_registered_model(name + end)
    assert client.get_registered_model(name + end).name == name + end


def test_a_description_is_changed_and_emptied(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name, tags={"a": "1"})
    assert client.update_registered_model(name, "new").description == "new"
    assert client.update_registered_model(name, "").description == ""
    assert client.get_registered_model(name).tags == {"a": "1"}


def test_tags_are_set_and_removed(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name, tags={"a": "1", "b": "2"})
    client.set_registered_model_tag(name, "a", "3")
    client.set_registered_model_tag(name, "c", "4")
    client.delete_registered_model_tag(name, "b")
    client.delete_registered_model_tag(name, "never was")
    assert client.get_registered_model(name).tags == {"a": "3", "c": "4"}


def test_properties_of_others_keep_their_types(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    properties = {
        "count": {"metadataType": "MetadataIntValue", "int_value": "5"},
        "share": {"metadataType": "MetadataDoubleValue", "double_value": 0.5},
        "checked": {"metadataType": "MetadataBoolValue", "bool_value": True},
    }
    struct = {"shape": {"metadataType": "MetadataStructValue", "struct_value": "eyJhIjogWzEsIDJdfQ=="}}
    api.registered_models.create({"name": name, "customProperties": {**properties, **struct}})
    client.set_registered_model_tag(name, "a", "1")
    client.set_registered_model_tag(name, "count", "5")
    kept = record_of(api, name).get("customProperties", {})
    assert {key: value for key, value in kept.items() if key in properties} == properties
    assert kept["shape"]["metadataType"] == "MetadataStructValue"
    tags = client.get_registered_model(name).tags
    assert json.loads(tags.pop("shape")) == {"a": [1, 2]}
    assert tags == {"count": "5", "share": "0.5", "checked": "true", "a": "1"}


def test_a_tag_does_not_set_an_alias(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name)
    with pytest.raises(MlflowException, match="alias") as raised:
        client.set_registered_model_tag(name, "mlflow.alias.champion", "1")
    assert code_of(raised) == "INVALID_PARAMETER_VALUE"


def test_search_filters_sorts_and_pages(client: MlflowClient, name: str) -> None:
    for number in range(5):
        client.create_registered_model(f"{name}-{number}", tags={"odd": str(number % 2)})
    of_this_test = f"name LIKE '{name}-%'"
    even = client.search_registered_models(f"{of_this_test} AND tags.odd = '0'", order_by=["name DESC"])
    assert [model.name[-1] for model in even] == ["4", "2", "0"]
    first = client.search_registered_models(of_this_test, max_results=3, order_by=["name ASC"])
    rest = client.search_registered_models(of_this_test, max_results=3, order_by=["name ASC"], page_token=first.token)
    assert [model.name[-1] for model in [*first, *rest]] == ["0", "1", "2", "3", "4"]
    assert rest.token is None


@pytest.mark.parametrize("filter_string", ["nonsense", "size = 3", "name < 5"])
def test_a_bad_filter_is_refused(client: MlflowClient, filter_string: str) -> None:
    with pytest.raises(MlflowException) as raised:
        client.search_registered_models(filter_string)
    assert code_of(raised) == "INVALID_PARAMETER_VALUE"


def test_a_deleted_model_is_archived_with_its_versions(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    client.create_registered_model(name)
    client.create_model_version(name, "s3://bucket/model")
    client.delete_registered_model(name)
    record = record_of(api, name)
    assert record.get("state") == "ARCHIVED"
    assert [version.get("state") for version in api.model_versions.list(record["id"])] == ["ARCHIVED"]
    assert client.search_registered_models(f"name = '{name}'") == []
    assert client.search_model_versions(f"name = '{name}'") == []
    with pytest.raises(MlflowException) as raised:
        client.get_registered_model(name)
    assert code_of(raised) == "RESOURCE_DOES_NOT_EXIST"
    with pytest.raises(MlflowException, match="archived registered model") as raised:
        client.create_registered_model(name)
    assert code_of(raised) == "RESOURCE_ALREADY_EXISTS"


def test_what_the_api_can_not_hold_is_refused_by_name(client: MlflowClient, name: str) -> None:
    client.create_registered_model(name)
    with pytest.raises(MlflowException, match=r"^rename_registered_model: not possible on this server") as raised:
        client.rename_registered_model(name, f"{name}-new")
    assert code_of(raised) == "NOT_IMPLEMENTED"
    with pytest.raises(MlflowException, match=r"^list_webhooks: ") as raised:
        client.list_webhooks()
    assert code_of(raised) == "NOT_IMPLEMENTED"


def test_a_prompt_is_a_registered_model_with_a_tag(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    client.register_prompt(name, "Say {{word}}.", commit_message="first")
    client.register_prompt(name, "Shout {{word}}!")
    client.set_prompt_alias(name, "loud", 2)
    assert client.get_prompt_version(name, 1).template == "Say {{word}}."
    assert client.load_prompt(f"prompts:/{name}@loud").template == "Shout {{word}}!"
    assert client.search_registered_models(f"name = '{name}'") == []
    assert record_of(api, name).get("customProperties", {})["mlflow.prompt.is_prompt"]["string_value"] == "true"
