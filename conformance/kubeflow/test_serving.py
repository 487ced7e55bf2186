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
    assert api.refusal("POST", "/serving_environments", {"name": fields["name"]}) == (
        409,
        "Conflict",
        f"serving environment with name {fields['name']} already exists: conflict",
    )


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


def test_service_whose_name_is_taken(api, body, service, environment):
    """The message shows the name as it is kept: after its environment's id."""
    assert api.refusal("POST", "/inference_services", {**body, "name": "service"}) == (
        409,
        "Conflict",
        f"inference service with name {environment['id']}:service already exists: conflict",
    )


def test_nested_create_names_its_parent_twice(api, environment, model, unique):
    """The body needs the environment's id although the path has it; the path wins."""
    path = f"/serving_environments/{environment['id']}/inference_services"
    assert api.refusal("POST", path, {"registeredModelId": model["id"]}) == (
        422,
        "Bad Request",
        "required field 'servingEnvironmentId' is zero value.",
    )
    other = api.create("/serving_environments", {"name": unique("other")})
    created = api.create(path, {"registeredModelId": model["id"], "servingEnvironmentId": other["id"]})
    assert created["servingEnvironmentId"] == environment["id"]


@pytest.mark.parametrize("path", ["/inference_services", f"/serving_environments/{MISSING}/inference_services"])
def test_missing_environment(api, model, path):
    fields = {"servingEnvironmentId": MISSING, "registeredModelId": model["id"]}
    missing = (404, "Not Found", f"no serving environment found for id {MISSING}: not found")
    assert api.refusal("POST", path, fields) == missing


def test_model_of_a_service(api, service, model):
    assert api.get(f"/inference_services/{service['id']}/model") == model


def test_version_of_a_service(api, service, model):
    path = f"/inference_services/{service['id']}/version"
    assert api.refusal("GET", path)[:2] == (404, "Not Found")
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
    missing = (404, "Not Found", f"no inference service found for id {MISSING}: not found")
    assert api.refusal("GET", f"/inference_services/{MISSING}/{part}") == missing
    assert api.status("GET", f"/inference_services/abc/{part}") == 400


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
        conflict = (409, "Conflict", "serve model with name serve already exists: conflict")
        assert api.refusal("POST", path, body) == conflict
        assert api.refusal("POST", path, {}) == (
            422,
            "Bad Request",
            "required field 'modelVersionId' is zero value.",
        )
        assert api.refusal("POST", path, {"modelVersionId": MISSING}) == (
            404,
            "Not Found",
            f"no model version found for id {MISSING}: not found",
        )
        assert api.refusal("POST", path, {**body, "id": "1"})[:2] == (400, "Bad Request")
        assert api.refusal("POST", path, {**body, "lastKnownState": "X"}) == (
            400,
            "Bad Request",
            "X is not a valid ExecutionState",
        )

    def test_missing_service(self, api, version):
        answer = api.refusal("POST", f"/inference_services/{MISSING}/serves", {"modelVersionId": version["id"]})
        assert answer == (404, "Not Found", f"no InferenceService found for id {MISSING}: not found")
