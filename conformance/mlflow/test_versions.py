"""Version numbers, what a version carries, and the newest of each stage."""

import mlflow
from support import add_version, create_versions, log_model


def test_each_registration_makes_the_next_version(client, experiment_id, model, model_name):
    for expected in ("1", "2", "3"):
        with mlflow.start_run():
            log_model(model, registered_model_name=model_name)
        assert str(client.get_latest_versions(model_name)[0].version) == expected


def test_version_carries_what_was_registered(client, logged, model_name):
    mlflow.register_model(f"runs:/{logged.run_id}/model", model_name)
    version = client.get_model_version(name=model_name, version="1")
    assert (version.name, str(version.version), version.current_stage) == (model_name, "1", "None")
    assert (version.run_id, version.status, version.tags, version.aliases) == (logged.run_id, "READY", {}, [])
    assert not version.description
    assert version.creation_timestamp == version.last_updated_timestamp > 0


def test_number_of_a_deleted_version_in_the_middle_stays_free(client, model_name):
    create_versions(client, model_name, 3)
    client.delete_model_version(model_name, "2")
    assert str(add_version(client, model_name)) == "4"
    listed = client.search_model_versions(f"name='{model_name}'")
    assert sorted(int(version.version) for version in listed) == [1, 3, 4]


def test_number_of_the_deleted_newest_version_is_not_given_again(client, model_name):
    create_versions(client, model_name, 2)
    client.delete_model_version(model_name, "2")
    assert str(add_version(client, model_name)) == "3"


def test_latest_of_each_stage(client, model_name):
    create_versions(client, model_name, 4)
    client.transition_model_version_stage(model_name, "1", "Production")
    client.transition_model_version_stage(model_name, "2", "Production")
    client.transition_model_version_stage(model_name, "3", "Staging")

    def latest(**options):
        versions = client.get_latest_versions(model_name, **options)
        return {version.current_stage: str(version.version) for version in versions}

    assert latest() == {"Production": "2", "Staging": "3", "None": "4"}
    assert latest(stages=["Production"]) == {"Production": "2"}
    assert latest(stages=["staging", "None"]) == {"Staging": "3", "None": "4"}
    assert latest(stages=["Archived"]) == {}


def test_model_lists_its_latest_versions(client, model_name):
    create_versions(client, model_name, 2)
    client.transition_model_version_stage(model_name, "1", "Staging")
    registered = client.get_registered_model(model_name)
    assert {str(version.version) for version in registered.latest_versions} == {"1", "2"}


def test_new_version_touches_the_model(client, model_name):
    before = client.create_registered_model(model_name).last_updated_timestamp
    add_version(client, model_name)
    assert client.get_registered_model(model_name).last_updated_timestamp >= before
