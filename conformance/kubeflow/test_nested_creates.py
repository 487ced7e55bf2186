"""Creating a child below its parent: the body is the whole record, so an id in it updates that one."""

import pytest
from capabilities import needs_experiments
from support import changes, props


@pytest.fixture
def path(model) -> str:
    return f"/registered_models/{model['id']}/versions"


def test_version(api, model, path):
    fields = {"name": "v1", "registeredModelId": model["id"], "author": "Ada", "customProperties": props(a=1)}
    created = api.create(path, fields)
    assert created.items() >= {**fields, "state": "LIVE"}.items()
    assert api.get(f"/model_versions/{created['id']}") == created
    assert api.names(path) == ["v1"]


def test_parent_is_required_in_the_body_too(api, path):
    assert api.refused(422, "POST", path, {"name": "v1"}) == "required field 'registeredModelId' is zero value."


def test_path_wins(api, model, path, unique):
    other = api.create("/registered_models", {"name": unique("other")})
    created = api.create(path, {"name": "v1", "registeredModelId": other["id"]})
    assert created["registeredModelId"] == model["id"]


def test_with_an_id_it_is_updated(api, model, version, path):
    body = {"id": version["id"], "name": "v1", "registeredModelId": model["id"], "author": "Ada"}
    assert changes(version, api.create(path, body)) == {"author"}
    assert api.get(path)["size"] == 1


@needs_experiments
def test_run(api, experiment):
    path = f"/experiments/{experiment['id']}/experiment_runs"
    fields = {"name": "run", "experimentId": experiment["id"], "startTimeSinceEpoch": "100", "owner": "Ada"}
    created = api.create(path, fields)
    assert created.items() >= {**fields, "state": "LIVE", "status": "RUNNING"}.items()
    assert api.refused(422, "POST", path, {"name": "other"}) == "required field 'experimentId' is zero value."
    body = {"id": created["id"], "name": "run", "experimentId": experiment["id"], "description": "changed"}
    assert changes(created, api.create(path, body)) == {"description"}
    assert api.get(path)["size"] == 1
