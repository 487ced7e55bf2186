"""Artifacts: of a version, by themselves, and the rules of creating or updating one by posting it."""

import uuid

import pytest
from capabilities import SPEAKS_EXPERIMENTS
from support import ARTIFACT_TYPES, MISSING, artifact, changes, unique_name, upstream_defect

every_type = pytest.mark.parametrize("kind", ARTIFACT_TYPES)
DOCUMENTED = ("model-artifact", "doc-artifact")
"""Those whose creation is answered with 201."""

FIELDS = {
    "model-artifact": {
        "modelFormatName": "onnx",
        "modelFormatVersion": "1",
        "storageKey": "connection",
        "storagePath": "path/to/model",
        "serviceAccountName": "account",
        "modelSourceKind": "kfp",
        "modelSourceClass": "pipelinerun",
        "modelSourceGroup": "project",
        "modelSourceId": "42",
        "modelSourceName": "nightly",
        "uri": "s3://bucket/model",
    },
    "doc-artifact": {"uri": "https://example.org/card"},
    "dataset-artifact": {
        "digest": "sha256:1",
        "sourceType": "s3",
        "source": "s3://bucket",
        "schema": '{"a": "int"}',
        "profile": '{"rows": 5}',
        "uri": "s3://bucket/data",
    },
    "metric": {"value": -0.25, "timestamp": "1700000000000"},
    "parameter": {"value": "0.1", "parameterType": "number"},
}


@pytest.fixture
def path(version) -> str:
    return f"/model_versions/{version['id']}/artifacts"


class TestOfAVersion:
    @every_type
    def test_every_field(self, api, path, kind):
        fields = FIELDS[kind]
        body = {"description": "d", "externalId": unique_name("external"), "state": "PENDING", **fields}
        created = api.upsert(path, artifact(kind, **body))
        assert created.items() >= {"artifactType": kind, **body}.items()
        assert api.get(f"/artifacts/{created['id']}") == created
        assert api.get(path) == {"items": [created], "nextPageToken": "", "pageSize": 0, "size": 1}

    @every_type
    def test_only_what_is_given(self, api, path, kind):
        name = unique_name(kind)
        body = artifact(kind, name)
        created = api.upsert(path, body)
        times = {"createTimeSinceEpoch", "lastUpdateTimeSinceEpoch"}
        assert set(created) == {*body, "id", "customProperties", *times}

    @every_type
    def test_status(self, api, path, kind):
        created = 201 if kind in DOCUMENTED else 200
        assert api.status("POST", path, artifact(kind)) == created

    @every_type
    def test_without_a_name(self, api, path, kind):
        body = artifact(kind)
        del body["name"]
        name = api.upsert(path, body)["name"]
        assert str(uuid.UUID(name)) == name

    @pytest.mark.parametrize("kind", DOCUMENTED)
    def test_name_that_is_taken(self, api, path, kind):
        api.create(path, artifact(kind, "taken"))
        assert "taken" in api.refused(409, "POST", path, artifact(kind, "taken"))
        assert api.get(path)["size"] == 1

    def test_datasets_may_share_a_name(self, api, path):
        ids = {api.upsert(path, artifact("dataset-artifact", "data", digest=digest))["id"] for digest in ("1", "2")}
        assert {item["id"] for item in api.get(path)["items"]} == ids
        assert len(ids) == 2

    def test_external_id_that_is_taken(self, api, path):
        external = unique_name("external")
        api.create(path, artifact("model-artifact", externalId=external))
        api.refused(409, "POST", path, artifact("doc-artifact", externalId=external))

    def test_external_ids_of_artifacts_and_of_models_are_apart(self, api, path):
        external = unique_name("external")
        api.create("/registered_models", {"name": unique_name("model"), "externalId": external})
        assert api.create(path, artifact("model-artifact", externalId=external))["externalId"] == external

    @pytest.mark.parametrize("kind", ["metric", "parameter"])
    def test_metric_and_parameter_of_that_name_are_updated(self, api, path, kind):
        first = api.upsert(path, artifact(kind, "one", description="kept"))
        value = 2 if kind == "metric" else "two"
        second = api.upsert(path, artifact(kind, "one", value=value))
        assert changes(first, second) == {"value"}
        assert second["value"] == value
        assert api.get(path)["items"] == [second]

    def test_kind_of_a_parameter_is_kept(self, api, path):
        api.upsert(path, artifact("parameter", "lr", parameterType="number"))
        assert api.upsert(path, artifact("parameter", "lr", value="0.2"))["parameterType"] == "number"

    @pytest.mark.parametrize("kind", ["metric", "parameter"])
    @upstream_defect("2: names are matched with LIKE, so one overwrites another")
    def test_similar_names_are_apart(self, api, path, kind):
        names = ["axb", "a_b", "a%b", "val:acc", "acc"]
        for name in names:
            api.upsert(path, artifact(kind, name))
        assert sorted(api.names(path)) == sorted(names)

    def test_types_may_share_a_name(self, api, path):
        ids = {api.upsert(path, artifact(kind, "shared"))["id"] for kind in ARTIFACT_TYPES}
        assert len(ids) == len(ARTIFACT_TYPES)
        assert api.get(path)["size"] == len(ARTIFACT_TYPES)

    @every_type
    def test_with_an_id_it_is_updated(self, api, path, kind):
        created = api.upsert(path, artifact(kind, state="LIVE"))
        answer = api.send("POST", path, artifact(kind, created["name"], id=created["id"], description="changed"))
        assert answer.status_code == 200
        assert changes(created, answer.json()) == {"description"}
        assert api.get(path)["items"] == [answer.json()]

    @every_type
    def test_with_an_id_of_another_type_or_of_none(self, api, path, kind):
        other = api.upsert(path, artifact("doc-artifact" if kind != "doc-artifact" else "metric"))
        for identifier in (other["id"], MISSING, "abc"):
            assert identifier in api.refused(400, "POST", path, artifact(kind, id=identifier))

    def test_with_an_id_it_is_attached_too(self, api, path):
        loose = api.create("/model_artifacts", {"name": unique_name("loose"), "uri": "s3://bucket/loose"})
        assert api.upsert(path, {"artifactType": "model-artifact", "id": loose["id"]})["uri"] == "s3://bucket/loose"
        assert [item["id"] for item in api.get(path)["items"]] == [loose["id"]]

    @pytest.mark.parametrize("kind", [None, "", "nope", "Metric", 5])
    def test_unknown_type(self, api, path, kind):
        body = {"name": "a", "artifactType": kind} if kind is not None else {"name": "a"}
        api.refused(400, "POST", path, body)
        api.refused(400, "POST", "/artifacts", body)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"value": "0.5"},
            {"value": "NaN"},
            {"step": 1.5},
            {"timestamp": 1700000000000},
            {"state": "SLEEPING"},
            {"value": None},
        ],
    )
    def test_malformed_metric(self, api, path, wrong):
        api.refused(400, "POST", path, artifact("metric", "loss") | wrong)
        assert api.names(path) == []

    def test_metric_needs_a_value(self, api, path):
        body = {"artifactType": "metric", "name": "loss"}
        assert "value" in api.refused(400, "POST", path, body)
        assert "value" in api.refused(400, "POST", "/artifacts", body)

    def test_kinds_of_parameters(self, api, path):
        for kind in ("string", "number", "boolean", "object"):
            assert api.upsert(path, artifact("parameter", parameterType=kind))["parameterType"] == kind
        body = artifact("parameter", parameterType="colour")
        api.refused(400, "POST", path, body)

    def test_missing_version(self, api):
        body = artifact("model-artifact")
        message = api.refused(404, "POST", f"/model_versions/{MISSING}/artifacts", body)
        assert message == f"no model version found for id {MISSING}: not found"
        api.refused(400, "POST", "/model_versions/abc/artifacts", body)

    def test_of_one_type(self, api, path):
        for kind in ARTIFACT_TYPES:
            api.upsert(path, artifact(kind, f"a {kind}"))
        for kind in ARTIFACT_TYPES:
            assert api.names(path, artifactType=kind) == [f"a {kind}"]
        assert "nope" in api.refused(400, "GET", path, artifactType="nope")


class TestByThemselves:
    @every_type
    def test_create(self, api, kind):
        body = artifact(kind, **FIELDS[kind])
        created = api.create("/artifacts", body)
        assert created.items() >= body.items()
        assert api.get(f"/artifacts/{created['id']}") == created

    @every_type
    def test_names_may_repeat(self, api, kind):
        body = artifact(kind)
        assert api.create("/artifacts", body)["id"] != api.create("/artifacts", body)["id"]

    def test_model_artifact(self, api):
        body = {"name": unique_name("model"), "uri": "s3://bucket/model"}
        created = api.create("/model_artifacts", body)
        assert created.items() >= {**body, "artifactType": "model-artifact", "state": "UNKNOWN"}.items()
        assert api.get(f"/model_artifacts/{created['id']}") == api.get(f"/artifacts/{created['id']}") == created

    def test_model_artifact_without_anything(self, api):
        created = api.create("/model_artifacts", {})
        assert uuid.UUID(created["name"])
        assert "uri" not in created
        # The Python client fails on a list that has one without.
        api.update(f"/model_artifacts/{created['id']}", {"uri": "s3://bucket/model"})

    def test_list_of_one_type(self, api):
        created = {kind: api.create("/artifacts", artifact(kind))["id"] for kind in ARTIFACT_TYPES}
        newest = {"orderBy": "ID", "sortOrder": "DESC", "pageSize": 50}
        for kind, identifier in created.items():
            items = api.get("/artifacts", artifactType=kind, **newest)["items"]
            assert identifier in [item["id"] for item in items]
            assert {item["artifactType"] for item in items} == {kind}
        models = api.get("/model_artifacts", **newest)["items"]
        assert created["model-artifact"] in [item["id"] for item in models]
        assert {item["artifactType"] for item in models} == {"model-artifact"}

    @pytest.mark.parametrize("resource", ["/artifacts", "/model_artifacts"])
    def test_unknown_state(self, api, resource):
        body = artifact("model-artifact", state="SLEEPING")
        api.refused(400, "POST", resource, body)

    @pytest.mark.parametrize(
        "state", ["UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE"]
    )
    def test_every_state(self, api, state):
        created = api.create("/model_artifacts", {"state": state, "uri": "s3://bucket/model"})
        assert api.get(f"/model_artifacts/{created['id']}")["state"] == state


@pytest.mark.skipif(SPEAKS_EXPERIMENTS, reason="they are fields of v1alpha3")
def test_v1_shows_no_experiment(api, path):
    created = api.create(path, artifact("model-artifact"))
    assert not created.keys() & {"experimentId", "experimentRunId"}
