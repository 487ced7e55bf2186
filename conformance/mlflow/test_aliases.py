"""Aliases: set, moved, read, deleted, and the one that the server keeps itself."""

import pytest
from capabilities import lets_latest_be_set
from support import add_version, create_versions, error_code_of


@pytest.fixture
def two_versions(client, model_name):
    create_versions(client, model_name, 2)
    return model_name


def test_set_and_get(client, two_versions):
    client.set_registered_model_alias(name=two_versions, alias="champion", version="1")
    version = client.get_model_version_by_alias(name=two_versions, alias="champion")
    assert (version.name, str(version.version), version.aliases) == (two_versions, "1", ["champion"])


def test_seen_on_model_and_version(client, two_versions):
    client.set_registered_model_alias(two_versions, "champion", "1")
    client.set_registered_model_alias(two_versions, "challenger", "2")
    client.set_registered_model_alias(two_versions, "blue", "2")
    aliases = client.get_registered_model(two_versions).aliases
    assert {alias: str(version) for alias, version in aliases.items()} == {"champion": "1", "challenger": "2", "blue": "2"}
    assert sorted(client.get_model_version(two_versions, "2").aliases) == ["blue", "challenger"]


def test_setting_again_moves_it(client, two_versions):
    client.set_registered_model_alias(two_versions, "champion", "1")
    client.set_registered_model_alias(two_versions, "champion", "2")
    assert str(client.get_model_version_by_alias(two_versions, "champion").version) == "2"
    assert client.get_model_version(two_versions, "1").aliases == []


def test_delete(client, two_versions):
    client.set_registered_model_alias(two_versions, "challenger", "2")
    client.delete_registered_model_alias(name=two_versions, alias="challenger")
    assert client.get_registered_model(two_versions).aliases == {}
    assert error_code_of(lambda: client.get_model_version_by_alias(two_versions, "challenger")) == "INVALID_PARAMETER_VALUE"


def test_deleting_a_missing_one_is_no_error(client, two_versions):
    client.delete_registered_model_alias(two_versions, "never-set")


def test_goes_with_its_version(client, two_versions):
    client.set_registered_model_alias(two_versions, "champion", "2")
    client.delete_model_version(two_versions, "2")
    assert client.get_registered_model(two_versions).aliases == {}


def test_latest_is_always_the_newest_version(client, two_versions):
    assert str(client.get_model_version_by_alias(two_versions, "latest").version) == "2"
    add_version(client, two_versions)
    assert str(client.get_model_version_by_alias(two_versions, "latest").version) == "3"


def test_setting_latest(client, two_versions):
    def set_it():
        client.set_registered_model_alias(name=two_versions, alias="latest", version="1")

    if lets_latest_be_set(client):
        set_it()
        assert str(client.get_model_version_by_alias(two_versions, "latest").version) == "1"
    else:
        assert error_code_of(set_it) == "INVALID_PARAMETER_VALUE"
        assert str(client.get_model_version_by_alias(two_versions, "latest").version) == "2"


@pytest.mark.parametrize("alias", ["v7", "two words", "a/b", ""])
def test_names_that_are_refused(client, two_versions, alias):
    def set_it():
        client.set_registered_model_alias(two_versions, alias, "1")

    assert error_code_of(set_it) == "INVALID_PARAMETER_VALUE"
    assert client.get_registered_model(two_versions).aliases == {}


def test_needs_an_existing_version(client, two_versions):
    def set_it():
        client.set_registered_model_alias(two_versions, "champion", "9")

    assert error_code_of(set_it) == "RESOURCE_DOES_NOT_EXIST"
