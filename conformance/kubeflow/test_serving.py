"""Serving environments, inference services and what they serve."""

import uuid

import pytest
from support import MISSING, changes


@pytest.fixture
def body(environment, model) -> dict:
    return {"servingEnvironmentId": environment["id"], "registeredModelId": model["id"]}


def test_environment(api, unique):
    fields = {"name": unique("environment"), "description": "d", "externalId": unique("external")}
    created = api.create("/serving_environments", fields)
    assert created.items() >= fields.items()
    assert "state" not in created
    assert api.get(f"/serving_environments/{created['id']}") == created
    assert fields["name"] in api.refused(409, "POST", "/serving_environments", {"name": fields["name"]})


@pytest.mark.parametrize("nested", [False, True])
def test_service(api, environment, version, body, nested):
    path = f"/serving_environments/{environment['id']}/inference_services" if nested else "/inference_services"
    fields = {**body, "name": "service", "runtime": "ovms", "modelVersionId": version["id"], "description": "d"}
    created = api.create(path, fields)
    assert created.items() >= {**fields, "desiredState": "DEPLOYED"}.items()
    assert api.get(f"/inference_services/{created['id']}") == created
    assert api.names(f"/serving_environments/{environment['id']}/inference_services") == ["service"]


def test_service_without_a_name(api, body):
    assert uuid.UUID(api.create("/inference_services", body)["name"])


def test_service_whose_name_is_taken(api, body, service):
    assert service["name"] in api.refused(409, "POST", "/inference_services", {**body, "name": "service"})


def test_nested_create_names_its_parent_twice(api, environment, model, unique):
    """The body needs the environment's id although the path has it; the path wins."""
    path = f"/serving_environments/{environment['id']}/inference_services"
    message = api.refused(422, "POST", path, {"registeredModelId": model["id"]})
    assert message == "required field 'servingEnvironmentId' is zero value."
    other = api.create("/serving_environments", {"name": unique("other")})
    created = api.create(path, {"registeredModelId": model["id"], "servingEnvironmentId": other["id"]})
    assert created["servingEnvironmentId"] == environment["id"]


@pytest.mark.parametrize("path", ["/inference_services", f"/serving_environments/{MISSING}/inference_services"])
def test_missing_environment(api, model, path):
    fields = {"servingEnvironmentId": MISSING, "registeredModelId": model["id"]}
    assert api.refused(404, "POST", path, fields) == f"no serving environment found for id {MISSING}: not found"


def test_model_of_a_service(api, service, model):
    assert api.get(f"/inference_services/{service['id']}/model") == model


def test_version_of_a_service(api, service, model):
    path = f"/inference_services/{service['id']}/version"
    api.refused(404, "GET", path)
    first, second = (
        api.create("/model_versions", {"name": name, "registeredModelId": model["id"]}) for name in ("v1", "v2")
    )
    assert api.get(path) == second
    api.update(f"/model_versions/{first['id']}", {"description": "changed later"})
    assert api.get(path) == second
    api.update(f"/inference_services/{service['id']}", {"modelVersionId": first["id"]})
    assert api.get(path)["id"] == first["id"]


@pytest.mark.parametrize("part", ["model", "version"])
def test_parts_of_a_missing_service(api, part):
    assert MISSING in api.refused(404, "GET", f"/inference_services/{MISSING}/{part}")
    api.refused(400, "GET", f"/inference_services/abc/{part}")


def test_update_of_a_service(api, service, version):
    path = f"/inference_services/{service['id']}"
    fields = {"runtime": "kserve", "desiredState": "UNDEPLOYED", "modelVersionId": version["id"], "externalId": None}
    updated = api.update(path, fields)
    assert changes(service, updated) == {"runtime", "desiredState", "modelVersionId"}
    assert api.get(path) == updated


class TestServes:
    def test_create(self, api, service, version):
        path = f"/inference_services/{service['id']}/serves"
        fields = {"modelVersionId": version["id"], "name": "serve", "lastKnownState": "RUNNING", "description": "d"}
        created = api.create(path, fields)
        assert created.items() >= fields.items()
        assert api.get(path) == {"items": [created], "nextPageToken": "", "pageSize": 0, "size": 1}

    def test_defaults(self, api, service, version):
        created = api.create(f"/inference_services/{service['id']}/serves", {"modelVersionId": version["id"]})
        assert created["lastKnownState"] == "UNKNOWN"
        assert uuid.UUID(created["name"])

    @pytest.mark.parametrize("state", ["UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED"])
    def test_every_state(self, api, service, version, state):
        body = {"modelVersionId": version["id"], "lastKnownState": state}
        assert api.create(f"/inference_services/{service['id']}/serves", body)["lastKnownState"] == state

    def test_refused(self, api, service, version):
        path = f"/inference_services/{service['id']}/serves"
        body = {"modelVersionId": version["id"], "name": "serve"}
        api.create(path, body)
        assert "serve" in api.refused(409, "POST", path, body)
        assert api.refused(422, "POST", path, {}) == "required field 'modelVersionId' is zero value."
        message = api.refused(404, "POST", path, {"modelVersionId": MISSING})
        assert message == f"no model version found for id {MISSING}: not found"
        api.refused(400, "POST", path, {**body, "id": "1"})
        message = api.refused(400, "POST", path, {**body, "lastKnownState": "X"})
        assert message.startswith("X is not a valid ExecutionState")

    def test_missing_service(self, api, version):
        body = {"modelVersionId": version["id"]}
        assert MISSING in api.refused(404, "POST", f"/inference_services/{MISSING}/serves", body)
