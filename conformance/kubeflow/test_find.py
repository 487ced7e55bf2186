"""Finding one record by name, by parent and name, or by external id."""

import pytest
from capabilities import SPEAKS_EXPERIMENTS, needs_experiments
from support import artifact, upstream_defect

BY_NAME = ["registered_model", "serving_environment"] + ["experiment"] * SPEAKS_EXPERIMENTS
BY_PARENT = ["model_version", "artifact", "model_artifact", "inference_service"] + [
    "experiment_run"
] * SPEAKS_EXPERIMENTS


@pytest.fixture
def external(unique):
    return unique("external")


def test_model_by_name_and_by_external_id(api, unique, external):
    created = api.create("/registered_models", {"name": unique("model"), "externalId": external})
    assert api.get("/registered_model", name=created["name"]) == created
    assert api.get("/registered_model", externalId=external) == created
    assert api.get("/registered_model", name="", externalId=external) == created


def test_name_wins_over_external_id(api, model, unique, external):
    api.create("/registered_models", {"name": unique("other"), "externalId": external})
    assert api.get("/registered_model", name=model["name"], externalId=external) == model
    assert api.status("GET", "/registered_model", name=unique("none"), externalId=external) == 404


def test_version(api, model, external):
    created = api.create("/model_versions", {"name": "v1", "registeredModelId": model["id"], "externalId": external})
    assert api.get("/model_version", name="v1", parentResourceId=model["id"]) == created
    assert api.get("/model_version", externalId=external) == created


def test_artifact(api, version, external):
    created = api.create(f"/model_versions/{version['id']}/artifacts", artifact("model-artifact", externalId=external))
    for resource in ("artifact", "model_artifact"):
        assert api.get(f"/{resource}", name=created["name"], parentResourceId=version["id"]) == created
        assert api.get(f"/{resource}", externalId=external) == created


def test_model_artifact_is_not_found_under_another_type(api, version, external):
    created = api.create(f"/model_versions/{version['id']}/artifacts", artifact("doc-artifact", externalId=external))
    assert api.get("/artifact", externalId=external) == created
    assert api.status("GET", "/model_artifact", externalId=external) == 404
    assert api.status("GET", "/model_artifact", name=created["name"], parentResourceId=version["id"]) == 404
    api.refused(404, "GET", f"/model_artifacts/{created['id']}")


def test_environment_and_service(api, environment, model, external):
    body = {"name": "service", "servingEnvironmentId": environment["id"], "registeredModelId": model["id"]}
    service = api.create("/inference_services", {**body, "externalId": external})
    assert api.get("/serving_environment", name=environment["name"]) == environment
    assert api.get("/inference_service", name="service", parentResourceId=environment["id"]) == service
    assert api.get("/inference_service", externalId=external) == service


@needs_experiments
def test_experiment_and_run(api, unique, external):
    experiment = api.create("/experiments", {"name": unique("experiment"), "externalId": external})
    body = {"name": "run", "experimentId": experiment["id"], "externalId": f"{external}-run"}
    run = api.create("/experiment_runs", body)
    assert api.get("/experiment", name=experiment["name"]) == experiment
    assert api.get("/experiment", externalId=external) == experiment
    assert api.get("/experiment_run", name="run", parentResourceId=experiment["id"]) == run
    assert api.get("/experiment_run", externalId=f"{external}-run") == run


def test_archived_records_are_found(api, model):
    api.update(f"/registered_models/{model['id']}", {"state": "ARCHIVED"})
    assert api.get("/registered_model", name=model["name"])["state"] == "ARCHIVED"


@pytest.mark.parametrize("resource", BY_NAME)
def test_without_name_and_external_id(api, resource):
    for query in ({}, {"name": "", "externalId": ""}, {"parentResourceId": "1"}):
        assert "externalId" in api.refused(400, "GET", f"/{resource}", **query)


@pytest.mark.parametrize("resource", BY_PARENT)
def test_child_without_parent(api, resource):
    for query in ({}, {"name": "v1"}, {"parentResourceId": "1"}):
        assert "externalId" in api.refused(400, "GET", f"/{resource}", **query)


@pytest.mark.parametrize("resource", BY_PARENT)
def test_malformed_parent(api, resource):
    api.refused(400, "GET", f"/{resource}", name="v1", parentResourceId="abc")


@pytest.mark.parametrize("resource", BY_NAME)
def test_none_found(api, resource, unique):
    name = unique("none")
    for query in ({"name": name}, {"externalId": name}):
        message = api.refused(404, "GET", f"/{resource}", **query)
        assert name in message
        assert message.endswith(": not found")


@pytest.mark.parametrize("resource", BY_PARENT)
def test_no_child_found(api, resource, version, unique):
    name = unique("none")
    for query in ({"name": name, "parentResourceId": version["id"]}, {"externalId": name}):
        api.refused(404, "GET", f"/{resource}", **query)


def test_several_found(api, version):
    path = f"/model_versions/{version['id']}/artifacts"
    api.create(path, artifact("model-artifact", "shared"))
    api.create(path, artifact("doc-artifact", "shared"))
    message = api.refused(404, "GET", "/artifact", name="shared", parentResourceId=version["id"])
    assert message.startswith("multiple artifacts found for ")


@upstream_defect("the artifacts of other types count as well")
def test_model_artifact_beside_a_document_of_that_name(api, version):
    path = f"/model_versions/{version['id']}/artifacts"
    api.create(path, artifact("doc-artifact", "shared"))
    created = api.create(path, artifact("model-artifact", "shared"))
    assert api.get("/model_artifact", name="shared", parentResourceId=version["id"]) == created


@pytest.mark.parametrize("name", ["V1", "1", "v", "v1 "])
def test_similar_name(api, version, name):
    assert api.status("GET", "/model_version", name=name, parentResourceId=version["registeredModelId"]) == 404


@upstream_defect("2: names are matched with LIKE")
@pytest.mark.parametrize("pattern", ["v_", "v%", "%"])
def test_name_is_not_a_pattern(api, version, pattern):
    assert api.status("GET", "/model_version", name=pattern, parentResourceId=version["registeredModelId"]) == 404


@upstream_defect("2: a name also matches what ends with a colon and it")
def test_name_after_a_colon(api, model):
    body = {"registeredModelId": model["id"]}
    api.create("/model_versions", {**body, "name": "a:v1"})
    assert api.status("GET", "/model_version", name="v1", parentResourceId=model["id"]) == 404
    plain = api.create("/model_versions", {**body, "name": "v1"})
    assert api.get("/model_version", name="v1", parentResourceId=model["id"]) == plain
    assert api.names(f"/registered_models/{model['id']}/versions", name="v1") == ["v1"]


@upstream_defect("9: backslashes are taken for escapes")
def test_name_with_a_backslash(api, model, unique):
    created = api.create("/registered_models", {"name": unique("back\\slash")})
    assert api.get("/registered_model", name=created["name"]) == created
    child = api.create("/model_versions", {"name": "v\\1", "registeredModelId": model["id"]})
    assert api.get("/model_version", name="v\\1", parentResourceId=model["id"]) == child


class TestInNestedLists:
    """`name` and `externalId` of a list of children leave those that have them."""

    def test_versions(self, api, model, external):
        path = f"/registered_models/{model['id']}/versions"
        api.create("/model_versions", {"name": "one", "registeredModelId": model["id"]})
        api.create("/model_versions", {"name": "two", "registeredModelId": model["id"], "externalId": external})
        assert api.names(path, name="one") == ["one"]
        assert api.names(path, externalId=external) == ["two"]
        assert api.names(path, name="one", externalId=external) == ["one"]
        assert api.names(path, name="three") == []

    @upstream_defect("9: a quote ends the filter that the name is pasted into")
    def test_name_with_a_quote(self, api, model):
        api.create("/model_versions", {"name": "it's", "registeredModelId": model["id"]})
        assert api.names(f"/registered_models/{model['id']}/versions", name="it's") == ["it's"]

    def test_artifacts(self, api, version, external):
        path = f"/model_versions/{version['id']}/artifacts"
        api.create(path, artifact("model-artifact", "one"))
        api.create(path, artifact("doc-artifact", "two", externalId=external))
        assert api.names(path, name="one") == ["one"]
        assert api.names(path, externalId=external) == ["two"]

    @upstream_defect("these lists ignore them")
    def test_services(self, api, service, environment, model, external):
        body = {"servingEnvironmentId": environment["id"], "registeredModelId": model["id"]}
        api.create("/inference_services", {**body, "name": "two", "externalId": external})
        path = f"/serving_environments/{environment['id']}/inference_services"
        assert api.names(path, name="service") == ["service"]
        assert api.names(path, externalId=external) == ["two"]

    @upstream_defect("these lists ignore them")
    def test_serves(self, api, service, version, external):
        path = f"/inference_services/{service['id']}/serves"
        api.create(path, {"modelVersionId": version["id"], "name": "one"})
        api.create(path, {"modelVersionId": version["id"], "name": "two", "externalId": external})
        assert api.names(path, name="one") == ["one"]
        assert api.names(path, externalId=external) == ["two"]

    @needs_experiments
    @upstream_defect("these lists ignore them")
    def test_runs(self, api, experiment, run, external):
        api.create("/experiment_runs", {"name": "two", "experimentId": experiment["id"], "externalId": external})
        path = f"/experiments/{experiment['id']}/experiment_runs"
        assert api.names(path, name="run") == ["run"]
        assert api.names(path, externalId=external) == ["two"]
