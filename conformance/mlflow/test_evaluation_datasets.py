"""Evaluation datasets: examples that a generative application is evaluated with."""

import mlflow
import pytest
from support import error_code_of, needs_mlflow_3

pytestmark = needs_mlflow_3


@pytest.fixture
def experiment_id(unique):
    return mlflow.create_experiment(unique("evaluations"))


@pytest.fixture
def dataset(unique, experiment_id):
    return mlflow.genai.datasets.create_dataset(
        name=unique("questions"), experiment_id=[experiment_id], tags={"team": "search"}
    )


def records_of(dataset_id):
    records = mlflow.genai.datasets.get_dataset(dataset_id=dataset_id).to_df().to_dict("records")
    return {record["inputs"]["question"]: record for record in records}


def test_records_are_merged_by_their_inputs(dataset):
    dataset.merge_records([
        {"inputs": {"question": "why"}, "expectations": {"answer": "because"}},
        {"inputs": {"question": "when", "id": 12345678901234567890}, "outputs": "now"},
    ])
    dataset.merge_records([{"inputs": {"question": "why"}, "expectations": {"score": 0.5}}])
    records = records_of(dataset.dataset_id)
    assert set(records) == {"why", "when"}
    assert records["why"]["expectations"] == {"answer": "because", "score": 0.5}
    assert records["when"]["outputs"] == "now"
    assert records["when"]["inputs"]["id"] == 12345678901234567890


def test_what_a_dataset_says_of_itself(dataset, experiment_id):
    digest = dataset.digest
    dataset.merge_records([{"inputs": {"question": "why"}, "expectations": {"score": 0.5}}])
    found = mlflow.genai.datasets.get_dataset(dataset_id=dataset.dataset_id)
    assert found.digest != digest
    assert found.tags["team"] == "search"
    assert found.experiment_ids == [experiment_id]
    assert '"num_records"' in found.profile
    assert '"question"' in found.schema


def test_records_are_deleted(dataset):
    dataset.merge_records([{"inputs": {"question": question}} for question in ("why", "when")])
    assert dataset.delete_records([records_of(dataset.dataset_id)["why"]["dataset_record_id"]]) == 1
    assert set(records_of(dataset.dataset_id)) == {"when"}


def test_tags(dataset):
    mlflow.genai.datasets.set_dataset_tags(dataset_id=dataset.dataset_id, tags={"stage": "draft"})
    mlflow.genai.datasets.delete_dataset_tag(dataset_id=dataset.dataset_id, key="team")
    tags = mlflow.genai.datasets.get_dataset(dataset_id=dataset.dataset_id).tags
    assert tags["stage"] == "draft"
    assert "team" not in tags


def test_search(dataset, experiment_id):
    def search(filter_string):
        found = mlflow.genai.datasets.search_datasets(experiment_ids=[experiment_id], filter_string=filter_string)
        return [one.dataset_id for one in found]

    assert search(f"name = '{dataset.name}'") == [dataset.dataset_id]
    assert search("tags.team = 'search' AND name LIKE '%questions%'") == [dataset.dataset_id]
    assert search("tags.team = 'other'") == []


def test_experiments_of_a_dataset(dataset, experiment_id, unique):
    other = mlflow.create_experiment(unique("others"))
    api = mlflow.genai.datasets
    api.add_dataset_to_experiments(dataset_id=dataset.dataset_id, experiment_ids=[other])
    assert set(api.get_dataset(dataset_id=dataset.dataset_id).experiment_ids) == {experiment_id, other}
    api.remove_dataset_from_experiments(dataset_id=dataset.dataset_id, experiment_ids=[other])
    assert api.get_dataset(dataset_id=dataset.dataset_id).experiment_ids == [experiment_id]


def test_deletion(dataset):
    mlflow.genai.datasets.delete_dataset(dataset_id=dataset.dataset_id)
    code = error_code_of(lambda: mlflow.genai.datasets.get_dataset(dataset_id=dataset.dataset_id))
    assert code == "RESOURCE_DOES_NOT_EXIST"
