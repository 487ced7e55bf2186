"""Descriptions and tags of models and versions."""

import pytest
from support import create_versions, error_code_of


@pytest.fixture
def versioned(client, model_name):
    create_versions(client, model_name, 3)
    return model_name


def test_describing_a_model(client, versioned):
    text = "ResNet50 for products.\n\nTrained on 1M images — 95 % accurate ✅"
    assert client.update_registered_model(name=versioned, description=text).description == text
    assert client.get_registered_model(versioned).description == text


def test_describing_a_version(client, versioned):
    updated = client.update_model_version(name=versioned, version="3", description="Best so far. " * 500)
    assert updated.description == "Best so far. " * 500
    assert client.get_model_version(versioned, "3").description == updated.description
    assert not client.get_model_version(versioned, "2").description


def test_clearing_a_description(client, versioned):
    client.update_registered_model(versioned, "something")
    client.update_registered_model(versioned, "")
    assert not client.get_registered_model(versioned).description


def test_model_tags(client, versioned):
    client.set_registered_model_tag(name=versioned, key="task", value="classification")
    client.set_registered_model_tag(name=versioned, key="domain", value="fashion")
    client.set_registered_model_tag(name=versioned, key="domain", value="e-commerce")
    assert client.get_registered_model(versioned).tags == {"task": "classification", "domain": "e-commerce"}
    client.delete_registered_model_tag(name=versioned, key="task")
    assert client.get_registered_model(versioned).tags == {"domain": "e-commerce"}


def test_version_tags(client, versioned):
    client.set_model_version_tag(name=versioned, version="3", key="validation_status", value="approved")
    client.set_model_version_tag(name=versioned, version="3", key="deployed date", value="2025-01-15")
    assert client.get_model_version(versioned, "3").tags == {
        "validation_status": "approved",
        "deployed date": "2025-01-15",
    }
    assert client.get_model_version(versioned, "1").tags == {}
    client.delete_model_version_tag(name=versioned, version="3", key="deployed date")
    assert client.get_model_version(versioned, "3").tags == {"validation_status": "approved"}


def test_version_tags_of_the_newest_in_a_stage(client, versioned):
    client.transition_model_version_stage(versioned, "2", "Staging")
    client.set_model_version_tag(versioned, key="checked", value="yes", stage="Staging")
    assert client.get_model_version(versioned, "2").tags == {"checked": "yes"}
    client.delete_model_version_tag(versioned, key="checked", stage="Staging")
    assert client.get_model_version(versioned, "2").tags == {}


def test_values_that_are_no_text(client, versioned):
    client.set_model_version_tag(versioned, "1", "epochs", 50)
    client.set_model_version_tag(versioned, "1", "accuracy", 0.952)
    assert client.get_model_version(versioned, "1").tags == {"epochs": "50", "accuracy": "0.952"}


def test_deleting_a_tag_that_is_not_there(client, versioned):
    client.delete_registered_model_tag(versioned, "old_tag")
    client.delete_model_version_tag(versioned, "3", "old_version_tag")


def test_tagging_what_does_not_exist(client, versioned, unique):
    missing = unique("missing")
    assert error_code_of(lambda: client.set_registered_model_tag(missing, "a", "b")) == "RESOURCE_DOES_NOT_EXIST"
    assert error_code_of(lambda: client.set_model_version_tag(versioned, "9", "a", "b")) == "RESOURCE_DOES_NOT_EXIST"
    assert error_code_of(lambda: client.update_registered_model(missing, "text")) == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize("key", ["../up", "a//b", "", "k" * 251, "semi;colon"])
def test_keys_that_are_refused(client, versioned, key):
    assert error_code_of(lambda: client.set_registered_model_tag(versioned, key, "x")) == "INVALID_PARAMETER_VALUE"
    assert client.get_registered_model(versioned).tags == {}
