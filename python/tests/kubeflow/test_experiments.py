"""Experiments over Kubeflow's API, through MLflow's client."""

from __future__ import annotations

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException

from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.tracking import KubeflowTrackingStore
from modelregistry.settings import read_settings


def test_everything_given_at_creation_is_kept(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    place = f"s3://bucket/{name}"
    id = client.create_experiment(name, place, {"team": "vision", "mlflow.note.content": "finds cats"})
    experiment = client.get_experiment(id)
    assert (experiment.name, experiment.artifact_location, experiment.lifecycle_stage) == (name, place, "active")
    assert experiment.tags == {"team": "vision", "mlflow.note.content": "finds cats"}
    assert client.get_experiment_by_name(name).experiment_id == id
    record = api.experiments.get(id)
    assert (record.get("externalId"), record.get("description"), record.get("owner")) == (place, "finds cats", "ann")


def test_a_place_of_its_own_is_below_the_artifact_uri(address: str, name: str) -> None:
    store = KubeflowTrackingStore(read_settings(address), "s3://bucket/artifacts/")
    id = store.create_experiment(name)
    assert store.get_experiment(id).artifact_location == f"s3://bucket/artifacts/experiments/{id}"


def test_two_experiments_may_share_a_place(client: MlflowClient, name: str) -> None:
    place = f"s3://bucket/{name}"
    ids = [client.create_experiment(f"{name}-{number}", place, {"number": str(number)}) for number in range(2)]
    assert [client.get_experiment(id).artifact_location for id in ids] == [place, place]
    assert [client.get_experiment(id).tags for id in ids] == [{"number": "0"}, {"number": "1"}]


def test_the_default_experiment_is_there(client: MlflowClient) -> None:
    experiment = client.get_experiment("0")
    assert experiment.name == "Default"
    run = client.create_run("0")
    assert run.info.experiment_id == experiment.experiment_id


def test_a_name_is_given_once(client: MlflowClient, name: str) -> None:
    id = client.create_experiment(name)
    with pytest.raises(MlflowException, match="already exists") as raised:
        client.create_experiment(name)
    assert raised.value.error_code == "RESOURCE_ALREADY_EXISTS"
    client.delete_experiment(id)
    with pytest.raises(MlflowException, match="deleted state"):
        client.create_experiment(name)


def test_deleting_and_restoring(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    id = client.create_experiment(name)
    client.delete_experiment(id)
    assert api.experiments.get(id).get("state") == "ARCHIVED"
    assert client.get_experiment(id).lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="deleted") as raised:
        client.create_run(id)
    assert raised.value.error_code == "INVALID_STATE"
    of_this_test = f"name = '{name}'"
    assert client.search_experiments(filter_string=of_this_test) == []
    assert len(client.search_experiments(ViewType.DELETED_ONLY, filter_string=of_this_test)) == 1
    client.restore_experiment(id)
    assert len(client.search_experiments(filter_string=of_this_test)) == 1


def test_tags_are_set_and_removed(client: MlflowClient, api: KubeflowApi, name: str) -> None:
    id = client.create_experiment(name, tags={"a": "1"})
    client.set_experiment_tag(id, "a", "2")
    client.set_experiment_tag(id, "mlflow.note.content", "good")
    assert client.get_experiment(id).tags == {"a": "2", "mlflow.note.content": "good"}
    assert api.experiments.get(id).get("description") == "good"
    client.delete_experiment_tag(id, "a")
    client.delete_experiment_tag(id, "mlflow.note.content")
    assert client.get_experiment(id).tags == {}
    with pytest.raises(MlflowException, match="No tag") as raised:
        client.delete_experiment_tag(id, "a")
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_search_filters_sorts_and_pages(client: MlflowClient, name: str) -> None:
    for number in range(5):
        client.create_experiment(f"{name}-{number}", tags={"odd": str(number % 2)})
    of_this_test = f"name LIKE '{name}-%'"
    even = client.search_experiments(filter_string=f"{of_this_test} AND tags.odd = '0'", order_by=["name DESC"])
    assert [experiment.name[-1] for experiment in even] == ["4", "2", "0"]
    first = client.search_experiments(filter_string=of_this_test, max_results=3)
    rest = client.search_experiments(filter_string=of_this_test, max_results=3, page_token=first.token)
    assert sorted(experiment.name[-1] for experiment in [*first, *rest]) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize("id", ["999999", "abc", "../experiments/1"])
def test_there_is_no_such_experiment(client: MlflowClient, id: str) -> None:
    with pytest.raises(MlflowException, match="No Experiment") as raised:
        client.get_experiment(id)
    assert raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_renaming_is_refused_by_name(client: MlflowClient, name: str) -> None:
    with pytest.raises(MlflowException, match=r"^rename_experiment: not possible on this server") as raised:
        client.rename_experiment(client.create_experiment(name), f"{name}-new")
    assert raised.value.error_code == "NOT_IMPLEMENTED"
