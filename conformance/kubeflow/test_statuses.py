"""Statuses and error bodies: the same rule for every resource that has the operation."""

import re

import pytest
from capabilities import SPEAKS_EXPERIMENTS
from support import MISSING, upstream_defect

RESOURCES = [
    "registered_models",
    "model_versions",
    "artifacts",
    "model_artifacts",
    "serving_environments",
    "inference_services",
] + ["experiments", "experiment_runs"] * SPEAKS_EXPERIMENTS

REQUIRED = {
    "registered_models": ["name"],
    "model_versions": ["name", "registeredModelId"],
    "serving_environments": ["name"],
    "inference_services": ["registeredModelId", "servingEnvironmentId"],
}
if SPEAKS_EXPERIMENTS:
    REQUIRED |= {"experiments": ["name"], "experiment_runs": ["experimentId"]}

every_resource = pytest.mark.parametrize("resource", RESOURCES)


@every_resource
@pytest.mark.parametrize("missing", [MISSING, "-1"])
def test_missing_record(api, resource, missing):
    for method, body in (("GET", None), ("PATCH", {})):
        message = api.refused(404, method, f"/{resource}/{missing}", body)
        assert re.fullmatch(f"no [A-Za-z ]+ found for id {missing}: not found", message)


@every_resource
@pytest.mark.parametrize("malformed", ["abc", "1.5", "2147483648", "99999999999999999999"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_malformed_id(api, resource, malformed, method):
    message = api.refused(400, method, f"/{resource}/{malformed}", {} if method == "PATCH" else None)
    assert malformed in message


@pytest.mark.parametrize(
    ("resource", "field"), [(name, field) for name, fields in REQUIRED.items() for field in fields]
)
@pytest.mark.parametrize("given", [[], [""], [None]], ids=["missing", "empty", "null"])
def test_required_field(api, resource, field, given):
    others = {name: "1" for name in REQUIRED[resource] if name != field}
    body = others | dict(zip([field], given, strict=False))
    assert api.refused(422, "POST", f"/{resource}", body) == f"required field '{field}' is zero value."


@every_resource
@pytest.mark.parametrize("body", ["{", "", "[]", '"text"', '{"name": 5}', '{"name": ["a"]}', '{"description": {}}'])
def test_malformed_body(api, resource, body):
    api.refused(400, "POST", f"/{resource}", body)


@pytest.mark.parametrize("resource", REQUIRED)
@pytest.mark.parametrize("field", ["nope", "id", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch"])
def test_unknown_or_read_only_field(api, resource, field):
    body = dict.fromkeys(REQUIRED[resource], "1")
    message = api.refused(400, "POST", f"/{resource}", {**body, field: "1"})
    assert message == f'json: unknown field "{field}"'


@pytest.mark.parametrize(
    ("path", "field", "kind"),
    [
        ("/registered_models", "state", "RegisteredModelState"),
        ("/model_versions", "state", "ModelVersionState"),
        ("/model_artifacts", "state", "ArtifactState"),
        ("/inference_services", "desiredState", "InferenceServiceState"),
    ]
    + [("/experiments", "state", "ExperimentState"), ("/experiment_runs", "status", "ExperimentRunStatus")]
    * SPEAKS_EXPERIMENTS,
)
@pytest.mark.parametrize("value", ["SLEEPING", "live", ""])
def test_unknown_enum_value(api, path, field, kind, value):
    body = dict.fromkeys(REQUIRED.get(path.removeprefix("/"), []), "1")
    message = api.refused(400, "POST", path, {**body, field: value})
    assert message.startswith(f"{value} is not a valid {kind}")


@pytest.mark.parametrize(
    "body", ['{"name": "a\\u0000b"}', '{"name": "a\x00b"}', '{"name": "a", "description": "\\u0000"}']
)
def test_null_byte_in_the_body(api, body):
    api.refused(400, "POST", "/registered_models", body)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/registered_model", {"name": "a\x00b"}),
        ("/registered_models", {"filterQuery": "name = 'a\x00b'"}),
        ("/registered_models", {"nextPageToken": "\x00"}),
    ],
)
def test_null_byte_in_the_query(api, path, query):
    api.refused(400, "GET", path, **query)


def test_name_that_is_taken(api, model, version):
    message = api.refused(409, "POST", "/registered_models", {"name": model["name"]})
    assert message == f"registered model with name {model['name']} already exists: conflict"
    again = {"name": "v1", "registeredModelId": model["id"]}
    for path in ("/model_versions", f"/registered_models/{model['id']}/versions"):
        assert api.refused(409, "POST", path, again).startswith("model version with name v1 ")


def test_children_of_different_parents_may_share_a_name(api, version, unique):
    other = api.create("/registered_models", {"name": unique("other")})
    assert api.create("/model_versions", {"name": "v1", "registeredModelId": other["id"]})["name"] == "v1"


def test_external_id_that_is_taken(api, model, unique):
    taken = unique("external")
    api.create("/registered_models", {"name": unique("first"), "externalId": taken})
    api.refused(409, "POST", "/registered_models", {"name": unique("second"), "externalId": taken})
    api.refused(409, "PATCH", f"/registered_models/{model['id']}", {"externalId": taken})
    child = {"name": "v1", "registeredModelId": model["id"], "externalId": f"{taken} child"}
    api.create("/model_versions", child)
    api.refused(409, "POST", "/model_versions", {**child, "name": "v2"})


@upstream_defect("10: the column's width answers, with SQLSTATE and status 500")
def test_name_that_is_too_long(api, model):
    message = api.refused(400, "POST", "/registered_models", {"name": "n" * 256})
    assert "SQL" not in message
    long_child = {"name": "n" * 255, "registeredModelId": model["id"]}
    api.refused(400, "POST", "/model_versions", long_child)


@upstream_defect("10: versions of models that do not exist")
@pytest.mark.parametrize("path", ["/model_versions", f"/registered_models/{MISSING}/versions"])
def test_version_of_a_missing_model(api, path):
    body = {"name": "v1", "registeredModelId": MISSING}
    assert api.refused(404, "POST", path, body) == f"no registered model found for id {MISSING}: not found"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/registered_models"),
        ("PUT", "/registered_models/1"),
        ("POST", "/registered_models/1"),
        ("PATCH", "/artifacts"),
    ],
)
def test_method_that_does_not_exist(api, method, path):
    assert api.status(method, path, {}) == 405


@pytest.mark.parametrize("path", ["/nope", "/registered_models/1/nope", "/serve_models", ""])
def test_path_that_does_not_exist(api, path):
    assert api.status("GET", path) == 404


def test_nothing_at_the_root_for_programs(url, api):
    """Upstream's test kit takes a 404 here as the sign that the server is up."""
    answer = api.session.get(f"{url}/", headers={"Accept": "*/*"}, timeout=20)
    assert answer.status_code == 404


def test_lists_of_children_of_a_missing_parent(api):
    for path in (
        "/registered_models/1999999999/versions",
        "/model_versions/1999999999/artifacts",
        "/serving_environments/1999999999/inference_services",
        "/inference_services/1999999999/serves",
    ):
        assert api.get(path) == {"items": [], "nextPageToken": "", "pageSize": 0, "size": 0}
    assert api.status("GET", "/registered_models/abc/versions") == 400


@pytest.mark.parametrize(
    "name", ["with space", " before", "<b>&'\"", "a/b%_", "a:b:c", "line\nfeed", "ünï ✓ 模型", "😀"]
)
def test_names_are_any_text(api, unique, name):
    created = api.create("/registered_models", {"name": unique(name)})
    assert created["name"].startswith(name)
    assert api.get(f"/registered_models/{created['id']}") == created
    assert api.get("/registered_model", name=created["name"]) == created
