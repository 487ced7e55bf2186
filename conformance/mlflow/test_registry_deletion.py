"""Deleting and renaming in the registry."""

import pytest
from support import add_version, create_versions, error_code_of


@pytest.fixture
def two_versions(client, model_name):
    create_versions(client, model_name, 2)
    return model_name


def test_a_version(client, two_versions):
    client.delete_model_version(name=two_versions, version="1")
    assert error_code_of(lambda: client.get_model_version(two_versions, "1")) == "RESOURCE_DOES_NOT_EXIST"
    assert [str(version.version) for version in client.search_model_versions(f"name='{two_versions}'")] == ["2"]
    assert str(client.get_model_version(two_versions, "2").version) == "2"


def test_a_version_twice(client, two_versions):
    client.delete_model_version(two_versions, "1")
    assert error_code_of(lambda: client.delete_model_version(two_versions, "1")) == "RESOURCE_DOES_NOT_EXIST"


def test_a_model_with_all_it_has(client, two_versions):
    client.set_registered_model_tag(two_versions, "a", "b")
    client.set_registered_model_alias(two_versions, "champion", "2")
    client.delete_registered_model(two_versions)
    assert error_code_of(lambda: client.get_registered_model(two_versions)) == "RESOURCE_DOES_NOT_EXIST"
    assert error_code_of(lambda: client.get_model_version(two_versions, "1")) == "RESOURCE_DOES_NOT_EXIST"
    assert list(client.search_registered_models(f"name='{two_versions}'")) == []
    assert list(client.search_model_versions(f"name='{two_versions}'")) == []


def test_name_of_a_deleted_model_starts_afresh(client, two_versions):
    client.set_registered_model_tag(two_versions, "a", "b")
    client.delete_registered_model(two_versions)
    again = client.create_registered_model(two_versions)
    assert (again.tags, again.aliases, again.latest_versions) == ({}, {}, [])
    assert str(add_version(client, two_versions)) == "1"


def test_a_model_that_is_not_there(client, model_name):
    assert error_code_of(lambda: client.delete_registered_model(model_name)) == "RESOURCE_DOES_NOT_EXIST"


def test_rename_keeps_everything(client, two_versions, unique):
    client.set_registered_model_tag(two_versions, "team", "vision")
    client.set_model_version_tag(two_versions, "1", "status", "approved")
    client.set_registered_model_alias(two_versions, "champion", "1")
    client.transition_model_version_stage(two_versions, "2", "Staging")
    renamed = unique("renamed")
    client.rename_registered_model(two_versions, renamed)

    assert client.get_registered_model(renamed).tags == {"team": "vision"}
    champion = client.get_model_version_by_alias(renamed, "champion")
    assert (str(champion.version), champion.tags) == ("1", {"status": "approved"})
    assert [str(version.version) for version in client.get_latest_versions(renamed, ["Staging"])] == ["2"]
    assert error_code_of(lambda: client.get_registered_model(two_versions)) == "RESOURCE_DOES_NOT_EXIST"


def test_rename_onto_another(client, two_versions, unique):
    taken = client.create_registered_model(unique("taken")).name
    assert error_code_of(lambda: client.rename_registered_model(two_versions, taken)) == "RESOURCE_ALREADY_EXISTS"
    assert client.get_registered_model(two_versions).name == two_versions


def test_name_that_is_taken(client, two_versions):
    assert error_code_of(lambda: client.create_registered_model(two_versions)) == "RESOURCE_ALREADY_EXISTS"


@pytest.mark.parametrize("name", ["", "   ", "with/slash", "with:colon"])
def test_names_that_are_refused(client, name):
    assert error_code_of(lambda: client.create_registered_model(name)) == "INVALID_PARAMETER_VALUE"
