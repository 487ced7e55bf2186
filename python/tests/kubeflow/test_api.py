"""The client of Kubeflow's API, as servers of other versions and many records want it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gateway import Gateway, start_gateway
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.properties import property_texts, sendable, string_properties, with_changes
from modelregistry.kubeflow.registry import KubeflowRegistryStore
from modelregistry.kubeflow.tracking import KubeflowTrackingStore
from modelregistry.settings import Settings, read_settings

STRUCT = {"metadataType": "MetadataStructValue", "struct_value": "eyJhIjoxfQ=="}


@pytest.fixture
def counted(address: str) -> Iterator[Gateway]:
    """Before the server; counts requests and hides paths."""
    with start_gateway(read_settings(address).url) as gateway:
        yield gateway


def settings_of(gateway: Gateway) -> Settings:
    return read_settings(f"modelregistry://127.0.0.1:{gateway.port}")


def test_a_server_with_v1_alone_registers_models_and_says_that_it_has_no_runs(counted: Gateway, name: str) -> None:
    counted.hidden = ("/api/model_registry/v1alpha3",)
    registry = KubeflowRegistryStore(settings_of(counted))
    registry.create_registered_model(name)
    assert registry.create_model_version(name, "s3://bucket/model").source == "s3://bucket/model"
    tracking = KubeflowTrackingStore(settings_of(counted))
    with pytest.raises(MlflowException, match=r"no experiments and runs.*v1alpha3") as raised:
        tracking.search_experiments()
    assert raised.value.error_code == "NOT_IMPLEMENTED"


def test_a_refused_token_is_said_to_be_one(counted: Gateway) -> None:
    counted.token = "right"
    with pytest.raises(MlflowException, match="401") as raised:
        KubeflowRegistryStore(settings_of(counted)).get_registered_model("any")
    assert raised.value.error_code == "UNAUTHENTICATED"


@pytest.mark.parametrize("filter_string", ["metrics.loss >= 0", ""])
def test_a_search_takes_as_many_requests_for_many_runs_as_for_some(
    counted: Gateway, client: MlflowClient, name: str, filter_string: str
) -> None:
    store = KubeflowTrackingStore(settings_of(counted))
    experiment = client.create_experiment(name)
    took = []
    for _ in range(2):
        for _ in range(10):
            client.log_metric(client.create_run(experiment).info.run_id, "loss", 1)
        counted.seen.clear()
        assert all(run.data.metrics for run in store.search_runs([experiment], filter_string, 1, 100))
        took.append(len(counted.seen))
    assert took[0] in (took[1], took[1] + 1)  # the first asks for the version of the API
    assert took[1] <= 3


def test_a_list_is_read_page_by_page(api: KubeflowApi, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modelregistry.kubeflow.api._PAGE_SIZE", 2)
    model = api.registered_models.create({"name": name})
    for number in range(5):
        api.model_versions.create({"name": str(number), "registeredModelId": model["id"]})
    assert [version["name"] for version in api.model_versions.list(model["id"])] == ["0", "1", "2", "3", "4"]


def test_names_that_patterns_confuse_do_so_aloud(client: MlflowClient, name: str) -> None:
    run = client.create_run(client.create_experiment(name)).info.run_id
    client.log_metric(run, "axb", 1)
    try:
        client.log_metric(run, "a_b", 2)
    except MlflowException as error:
        assert "has overwritten 'axb'" in error.message
    else:
        assert client.get_run(run).data.metrics == {"axb": 1, "a_b": 2}


def test_a_text_that_is_there_keeps_its_type() -> None:
    properties = {
        "count": {"metadataType": "MetadataIntValue", "int_value": "5"},
        "gone": string_properties({"a": "1"})["a"],
    }
    changed = with_changes(properties, {"count": "5", "new": "x"}, without=["gone"])
    assert changed == {"count": properties["count"], **string_properties({"new": "x"})}
    assert with_changes(properties, {"count": "6"})["count"] == {
        "metadataType": "MetadataStringValue",
        "string_value": "6",
    }


def test_a_struct_that_a_server_shows_as_json_is_sent_back_as_base64() -> None:
    shown = {"shape": {**STRUCT, "struct_value": '{"a":1}'}}
    assert property_texts(shown) == property_texts({"shape": STRUCT}) == {"shape": '{"a":1}'}
    assert sendable(shown, {"state": "LIVE"}) == {"state": "LIVE", "customProperties": {"shape": STRUCT}}
    assert sendable({"shape": STRUCT}, {"state": "LIVE"}) == {"state": "LIVE"}
