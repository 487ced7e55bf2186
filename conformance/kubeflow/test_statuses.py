"""Statuses and error bodies: the same rule for every resource that has the operation."""

import pytest
from capabilities import SPEAKS_EXPERIMENTS
from support import MISSING, upstream_defect

RESOURCES = {
    "registered_models": "registered model",
    "model_versions": "model version",
    "artifacts": "artifact",
    "model_artifacts": "artifact",
    "serving_environments": "serving environment",
    "inference_services": "InferenceService",
}
if SPEAKS_EXPERIMENTS:
    RESOURCES |= {"experiments": "experiment", "experiment_runs": "experiment run"}

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
@pytest.mark.parametrize("missing", [MISSING, "0", "-1"])
def test_missing_record(api, resource, missing):
    answer = api.refusal("GET", f"/{resource}/{missing}")
    assert answer == (404, "Not Found", f"no {RESOURCES[resource]} found for id {missing}: not found")
    assert api.refusal("PATCH", f"/{resource}/{missing}", {}) == answer


@every_resource
@pytest.mark.parametrize("malformed", ["abc", "1.5", "2147483648", "99999999999999999999"])
@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_malformed_id(api, resource, malformed, method):
    status, code, message = api.refusal(method, f"/{resource}/{malformed}", {} if method == "PATCH" else None)
    assert (status, code) == (400, "Bad Request")
    assert message.endswith(": bad request")
    assert malformed in message


@pytest.mark.parametrize(
    ("resource", "field"), [(name, field) for name, fields in REQUIRED.items() for field in fields]
)
@pytest.mark.parametrize("given", [[], [""], [None]], ids=["missing", "empty", "null"])
def test_required_field(api, resource, field, given):
    others = {name: "1" for name in REQUIRED[resource] if name != field}
    body = others | dict(zip([field], given, strict=False))
    assert api.refusal("POST", f"/{resource}", body) == (422, "Bad Request", f"required field '{field}' is zero value.")


@every_resource
@pytest.mark.parametrize("body", ["{", "", "[]", '"text"', '{"name": 5}', '{"name": ["a"]}', '{"description": {}}'])
def test_malformed_body(api, resource, body):
    assert api.refusal("POST", f"/{resource}", body)[:2] == (400, "Bad Request")


@pytest.mark.parametrize("resource", REQUIRED)
@pytest.mark.parametrize("field", ["nope", "id", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch"])
def test_unknown_or_read_only_field(api, resource, field):
    body = dict.fromkeys(REQUIRED[resource], "1")
    status, code, message = api.refusal("POST", f"/{resource}", {**body, field: "1"})
    assert (status, code) == (400, "Bad Request")
    assert field in message


def test_null_is_a_body_without_fields(api, model):
    assert api.refusal("POST", "/registered_models", "null")[0] == 422
    assert api.update(f"/registered_models/{model['id']}", "null")["name"] == model["name"]


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
    assert api.refusal("POST", path, {**body, field: value}) == (
        400,
        "Bad Request",
        f"{value} is not a valid {kind}",
    )


@pytest.mark.parametrize(
    "body", ['{"name": "a\\u0000b"}', '{"name": "a\x00b"}', '{"name": "a", "description": "\\u0000"}']
)
def test_null_byte_in_the_body(api, body):
    assert api.refusal("POST", "/registered_models", body)[:2] == (400, "Bad Request")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/registered_model", {"name": "a\x00b"}),
        ("/registered_models", {"filterQuery": "name = 'a\x00b'"}),
        ("/registered_models", {"nextPageToken": "\x00"}),
    ],
)
def test_null_byte_in_the_query(api, path, query):
    assert api.refusal("GET", path, **query)[:2] == (400, "Bad Request")


def test_name_that_is_taken(api, model, version):
    assert api.refusal("POST", "/registered_models", {"name": model["name"]}) == (
        409,
        "Conflict",
        f"registered model with name {model['name']} already exists: conflict",
    )
    again = {"name": "v1", "registeredModelId": model["id"]}
    conflict = (409, "Conflict", "model version with name v1 already exists: conflict")
    assert api.refusal("POST", "/model_versions", again) == conflict
    assert api.refusal("POST", f"/registered_models/{model['id']}/versions", again) == conflict


def test_children_of_different_parents_may_share_a_name(api, version, unique):
    other = api.create("/registered_models", {"name": unique("other")})
    assert api.create("/model_versions", {"name": "v1", "registeredModelId": other["id"]})["name"] == "v1"


def test_external_id_that_is_taken(api, model, unique):
    """One external id is unique among models, versions, experiments and runs together."""
    taken = unique("external")
    api.create("/registered_models", {"name": unique("first"), "externalId": taken})
    name = unique("second")
    assert api.refusal("POST", "/registered_models", {"name": name, "externalId": taken}) == (
        409,
        "Conflict",
        f"registered model with name {name} already exists: conflict",
    )
    version = {"name": "v1", "registeredModelId": model["id"], "externalId": taken}
    assert api.refusal("POST", "/model_versions", version)[:2] == (409, "Conflict")
    assert api.refusal("PATCH", f"/registered_models/{model['id']}", {"externalId": taken})[:2] == (409, "Conflict")


@upstream_defect("10: the column's width answers, with SQLSTATE and status 500")
def test_name_that_is_too_long(api, model):
    status, code, message = api.refusal("POST", "/registered_models", {"name": "n" * 256})
    assert (status, code) == (400, "Bad Request")
    assert "SQL" not in message
    long_child = {"name": "n" * 256, "registeredModelId": model["id"]}
    assert api.refusal("POST", "/model_versions", long_child)[0] == 400


@upstream_defect("10: versions of models that do not exist")
@pytest.mark.parametrize("path", ["/model_versions", f"/registered_models/{MISSING}/versions"])
def test_version_of_a_missing_model(api, path):
    body = {"name": "v1", "registeredModelId": MISSING}
    answer = (404, "Not Found", f"no registered model found for id {MISSING}: not found")
    assert api.refusal("POST", path, body) == answer


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
    answer = api.send(method, path, {})
    assert (answer.status_code, answer.text) == (405, "")


@pytest.mark.parametrize("path", ["/nope", "/registered_models/", "/registered_models/1/nope", "/serve_models", ""])
def test_path_that_does_not_exist(api, path):
    answer = api.send("GET", path)
    assert (answer.status_code, answer.text) == (404, "404 page not found\n")
    assert answer.headers["Content-Type"].startswith("text/plain")


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
