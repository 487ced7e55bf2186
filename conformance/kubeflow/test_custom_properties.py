"""Custom properties of every kind, on every resource."""

import pytest
from capabilities import needs_experiments
from support import ARTIFACT_TYPES, artifact, prop, props, upstream_defect


def kind(name: str, **value) -> dict:
    return {"metadataType": f"Metadata{name}Value", **value}


KEPT = {
    "int": prop(5),
    "negative int": prop(-999_999_999),
    "double": prop(3.25),
    "whole double": prop(1.0),
    "small double": prop(1e-300),
    "text": prop("str_value"),
    "empty text": prop(""),
    "long text": prop("x" * 20_000),
    "text of every kind": prop("a'b\"c\\d\n<é模😀>"),
    "true": prop(True),
    "false": prop(False),
}
READ_AS_ZERO = [
    (kind("String"), prop("")),
    (kind("Double"), prop(0.0)),
    (kind("Bool"), prop(False)),
]
REFUSED = {
    "int as a number": kind("Int", int_value=5),
    "int that is a text": kind("Int", int_value="five"),
    "int of more than 32 bits": kind("Int", int_value="2147483648"),
    "double as a text": kind("Double", double_value="1.5"),
    "text as a number": kind("String", string_value=5),
    "bool as a text": kind("Bool", bool_value="true"),
    "struct that is not base64": kind("Struct", struct_value="{}"),
    "proto": kind("Proto", type="t", proto_value="aGk="),
    "kind that does not exist": kind("Colour", colour="red"),
    "no kind": {"int_value": "5"},
    "nothing": {},
    "null": None,
    "bare text": "text",
    "bare number": 5,
    "list": [],
}


@pytest.mark.parametrize("value", KEPT.values(), ids=KEPT)
def test_kept_as_it_came(api, unique, value):
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": {"p": value}})
    assert created["customProperties"] == {"p": value}
    assert api.get(f"/registered_models/{created['id']}") == created


@pytest.mark.parametrize("value", [2**31 - 1, -(2**31)])
def test_int_of_32_bits(api, unique, value):
    """Taken away again, because the Python client fails on a list that has one of more than nine digits."""
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": props(i=value)})
    assert created["customProperties"] == props(i=value)
    path = f"/registered_models/{created['id']}"
    assert api.get(path) == created
    api.update(path, {"customProperties": {}})


@upstream_defect("7: what came as base64 goes out as JSON, and every later PATCH fails")
@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "é"]}, {}, [], [1, "x"]])
def test_struct(api, unique, value):
    struct = prop(value)
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": {"s": struct}})
    path = f"/registered_models/{created['id']}"
    assert created["customProperties"] == {"s": struct}
    assert api.get(path)["customProperties"] == {"s": struct}
    assert api.update(path, {"description": "changed"})["customProperties"] == {"s": struct}
    assert api.update(path, {"customProperties": {"t": struct}})["customProperties"] == {"t": struct}


@pytest.mark.parametrize(("sent", "kept"), READ_AS_ZERO)
def test_missing_value(api, unique, sent, kept):
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": {"p": sent}})
    assert created["customProperties"] == {"p": kept}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_refused(api, unique, model, value):
    body = {"name": unique("model"), "customProperties": {"p": value}}
    api.refused(400, "POST", "/registered_models", body)
    assert api.status("GET", "/registered_model", name=body["name"]) == 404
    path = f"/registered_models/{model['id']}"
    api.refused(400, "PATCH", path, {"customProperties": {"p": value}})


@pytest.mark.parametrize("value", [[], "text", 5])
def test_something_else_than_an_object(api, unique, value):
    body = {"name": unique("model"), "customProperties": value}
    api.refused(400, "POST", "/registered_models", body)


@pytest.mark.parametrize("key", ["", "with space", "a.b", "a:b", "mlflow.unrelated", "é模", "k" * 200])
def test_any_key(api, unique, key):
    body = {"name": unique("model"), "customProperties": {key: prop("x")}}
    assert api.create("/registered_models", body)["customProperties"] == {key: prop("x")}


def test_keys_of_fields(api, unique):
    """A custom property may be called like a field of the record; neither takes the other's place."""
    custom = props(name="other", state="solid", id="7", registeredModelId="8")
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": custom})
    assert created["customProperties"] == custom
    assert created["state"] == "LIVE"


def test_kind_of_a_property_may_change(api, unique):
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": props(p=5)})
    path = f"/registered_models/{created['id']}"
    for value in ("five", 5.5, True, 6):
        api.update(path, {"customProperties": props(p=value)})
        assert api.get(path)["customProperties"] == props(p=value)


def test_many(api, unique):
    custom = {f"key-{number:03}": prop(number) for number in range(300)}
    created = api.create("/registered_models", {"name": unique("model"), "customProperties": custom})
    assert api.get(f"/registered_models/{created['id']}")["customProperties"] == custom


ALL_KINDS = props(i=1, d=2.5, s="text", b=True)


def test_on_versions_environments_services_and_serves(api, version, service, unique):
    path = f"/inference_services/{service['id']}"
    bodies = {
        "/model_versions": {"name": "v9", "registeredModelId": version["registeredModelId"]},
        "/serving_environments": {"name": unique("environment")},
        "/inference_services": {key: service[key] for key in ("servingEnvironmentId", "registeredModelId")},
        f"{path}/serves": {"modelVersionId": version["id"]},
    }
    for at, body in bodies.items():
        assert api.create(at, {**body, "customProperties": ALL_KINDS})["customProperties"] == ALL_KINDS
    assert api.get(f"{path}/serves")["items"][0]["customProperties"] == ALL_KINDS


@pytest.mark.parametrize("artifact_type", ARTIFACT_TYPES)
def test_on_artifacts(api, version, artifact_type):
    path = f"/model_versions/{version['id']}/artifacts"
    created = api.upsert(path, artifact(artifact_type, customProperties=ALL_KINDS))
    assert created["customProperties"] == ALL_KINDS
    assert api.get(path)["items"] == [created]


@needs_experiments
def test_on_experiments_and_runs(api, experiment, unique):
    for path, body in {
        "/experiments": {"name": unique("experiment")},
        "/experiment_runs": {"experimentId": experiment["id"]},
    }.items():
        created = api.create(path, {**body, "customProperties": ALL_KINDS})
        assert created["customProperties"] == ALL_KINDS
        assert api.get(f"{path}/{created['id']}") == created
