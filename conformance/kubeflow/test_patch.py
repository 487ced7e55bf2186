"""PATCH: what it changes and, above all, what it leaves alone."""

import pytest
from capabilities import SPEAKS_EXPERIMENTS
from support import artifact, changes, props, unique_name, upstream_defect


def make(api, resource: str, **fields) -> str:
    """Creates a record with what it needs; returns its path."""
    body = dict(fields)
    if resource in ("registered_models", "experiments", "serving_environments"):
        body["name"] = unique_name(resource)
    if resource == "model_versions":
        body |= {"name": "v1", "registeredModelId": parent(api, "registered_models")}
    if resource == "experiment_runs":
        body["experimentId"] = parent(api, "experiments")
    if resource == "inference_services":
        body |= {
            "registeredModelId": parent(api, "registered_models"),
            "servingEnvironmentId": parent(api, "serving_environments"),
        }
    return f"/{resource}/{api.create(f'/{resource}', body)['id']}"


def parent(api, resource: str) -> str:
    return make(api, resource).rpartition("/")[2]


# Where it is: a field with a default, set to another value.
DEFAULTED = [
    ("registered_models", "state", "ARCHIVED"),
    ("model_versions", "state", "ARCHIVED"),
    ("model_artifacts", "state", "LIVE"),
    ("inference_services", "desiredState", "UNDEPLOYED"),
] + [
    ("experiments", "state", "ARCHIVED"),
    ("experiment_runs", "state", "ARCHIVED"),
    ("experiment_runs", "status", "FINISHED"),
] * SPEAKS_EXPERIMENTS
RESOURCES = [*dict.fromkeys(resource for resource, *_ in DEFAULTED), "serving_environments"]
every_resource = pytest.mark.parametrize("resource", RESOURCES)


@every_resource
def test_only_what_is_named_changes(api, resource):
    path = make(api, resource, externalId=unique_name("external"), customProperties=props(team="supply"))
    before = api.get(path)
    after = api.update(path, {"description": "changed"})
    assert changes(before, after) == {"description"}
    assert api.get(path) == after


@every_resource
@pytest.mark.parametrize("body", [{}, {"description": None, "customProperties": None, "externalId": None}])
def test_nothing_named(api, resource, body):
    path = make(api, resource, description="kept", customProperties=props(team="supply"))
    before = api.get(path)
    after = api.update(path, body)
    assert changes(before, after) == set()
    assert int(after["lastUpdateTimeSinceEpoch"]) >= int(before["lastUpdateTimeSinceEpoch"])


@every_resource
def test_empty_text_is_a_value(api, resource):
    path = make(api, resource, description="gone")
    assert api.update(path, {"description": ""})["description"] == ""
    assert api.get(path)["description"] == ""


@every_resource
def test_custom_properties_are_replaced_as_a_whole(api, resource):
    path = make(api, resource, customProperties=props(team="supply", priority=1))
    assert api.update(path, {"customProperties": props(cost=1.5)})["customProperties"] == props(cost=1.5)
    assert api.update(path, {"customProperties": {}})["customProperties"] == {}
    assert api.get(path)["customProperties"] == {}


@every_resource
@pytest.mark.parametrize("field", ["name", "id", "createTimeSinceEpoch", "nope"])
def test_what_cannot_be_changed(api, resource, field):
    path = make(api, resource)
    message = api.refused(400, "PATCH", path, {field: "x"})
    assert field in message


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        ("model_versions", "registeredModelId"),
        ("inference_services", "registeredModelId"),
        ("inference_services", "servingEnvironmentId"),
    ]
    + [("experiment_runs", "experimentId"), ("experiment_runs", "startTimeSinceEpoch")] * SPEAKS_EXPERIMENTS,
)
def test_parents_stay(api, resource, field):
    api.refused(400, "PATCH", make(api, resource), {field: "1"})


@pytest.mark.parametrize(("resource", "field", "value"), DEFAULTED)
def test_state_is_changed_and_changed_back(api, resource, field, value):
    path = make(api, resource)
    initial = api.get(path)[field]
    assert api.update(path, {field: value})[field] == value
    assert api.get(path)[field] == value
    assert api.update(path, {field: initial})[field] == initial


@upstream_defect("1: a field that is not named goes back to its default")
@pytest.mark.parametrize(("resource", "field", "value"), DEFAULTED)
@pytest.mark.parametrize("body", [{}, {"description": "changed"}, {"customProperties": {}}])
def test_state_that_is_not_named(api, resource, field, value, body):
    path = make(api, resource, **{field: value})
    assert api.update(path, body)[field] == value
    assert api.get(path)[field] == value


@pytest.mark.parametrize(("resource", "field", "value"), DEFAULTED)
def test_state_at_creation(api, resource, field, value):
    assert api.get(make(api, resource, **{field: value}))[field] == value


@every_resource
@pytest.mark.parametrize("body", ["", "{", "[]", '{"description": 5}'])
def test_malformed_body(api, resource, body):
    api.refused(400, "PATCH", make(api, resource), body)


def test_archiving_touches_nothing_else(api, model, version):
    archived = api.update(f"/registered_models/{model['id']}", {"state": "ARCHIVED"})
    assert changes(model, archived) == {"state"}
    assert api.get(f"/model_versions/{version['id']}") == version
    assert api.names(f"/registered_models/{model['id']}/versions") == ["v1"]
    assert api.names("/registered_models", filterQuery=f"name = '{model['name']}'") == [model["name"]]
    assert api.status("POST", "/registered_models", {"name": model["name"]}) == 409
    assert api.create("/model_versions", {"name": "v2", "registeredModelId": model["id"]})["state"] == "LIVE"


def test_lists_are_replaced(api):
    path = make(api, "registered_models", tasks=["a", "b"], language=["en"])
    assert api.update(path, {"tasks": ["c"]}).items() >= {"tasks": ["c"], "language": ["en"]}.items()
    assert api.update(path, {"tasks": []}).get("tasks", []) == []


def test_fields_of_a_model(api):
    path = make(api, "registered_models", readme="old", owner="Ada")
    fields = {"readme": "new", "maturity": "m", "provider": "p", "license": "mit", "libraryName": "l", "owner": "Bob"}
    assert api.update(path, fields).items() >= fields.items()
    assert api.get(path).items() >= fields.items()


def test_external_id(api, unique):
    path = make(api, "registered_models")
    taken = unique("external")
    updated = api.update(path, {"externalId": taken})
    assert updated["externalId"] == taken
    assert api.get("/registered_model", externalId=taken) == updated
    assert api.update(path, {"externalId": taken})["externalId"] == taken


@pytest.mark.parametrize("kind", ["model-artifact", "doc-artifact", "dataset-artifact", "metric", "parameter"])
class TestArtifact:
    def make(self, api, version, kind):
        return api.upsert(f"/model_versions/{version['id']}/artifacts", artifact(kind, description="old", state="LIVE"))

    def test_with_its_type(self, api, version, kind):
        before = self.make(api, version, kind)
        after = api.update(f"/artifacts/{before['id']}", {"artifactType": kind, "description": "new", "state": "LIVE"})
        assert changes(before, after) == {"description"}
        assert api.get(f"/artifacts/{before['id']}") == after

    @upstream_defect("a PATCH without artifactType is refused")
    def test_without_its_type(self, api, version, kind):
        before = self.make(api, version, kind)
        assert changes(before, api.update(f"/artifacts/{before['id']}", {"description": "new"})) == {"description"}

    def test_with_another_type(self, api, version, kind):
        before = self.make(api, version, kind)
        other = "doc-artifact" if kind == "model-artifact" else "model-artifact"
        api.refused(400, "PATCH", f"/artifacts/{before['id']}", {"artifactType": other})
        assert api.get(f"/artifacts/{before['id']}") == before

    def test_state_that_is_not_named(self, api, version, kind):
        before = self.make(api, version, kind)
        assert api.update(f"/artifacts/{before['id']}", {"artifactType": kind})["state"] == "LIVE"
