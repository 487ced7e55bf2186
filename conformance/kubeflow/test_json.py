"""How answers are written and how loosely requests are read."""

import json
import time

import pytest
from capabilities import SPEAKS_EXPERIMENTS, needs_experiments, needs_v1
from support import upstream_defect


def test_answer_of_a_create(api, unique):
    name = unique("model")
    answer = api.send("POST", "/registered_models", {"name": name})
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    created = answer.json()
    moment = created["createTimeSinceEpoch"]
    assert created == {
        "createTimeSinceEpoch": moment,
        "customProperties": {},
        "id": created["id"],
        "lastUpdateTimeSinceEpoch": moment,
        "name": name,
        "state": "LIVE",
    }
    assert created["id"].isdecimal()
    assert abs(int(moment) - time.time() * 1000) < 600_000


def test_text_of_an_answer(api, unique):
    """Fields come in the order of their names, and a line ends it."""
    answer = api.send("POST", "/registered_models", {"name": unique("<b>&é"), "owner": "o", "description": "d"})
    assert list(answer.json()) == sorted(answer.json())
    assert answer.text.endswith("}\n")


def test_empty_texts_are_kept_and_unset_fields_left_out(api, unique):
    created = api.create("/registered_models", {"name": unique("model"), "description": "", "owner": None})
    assert created["description"] == ""
    assert "owner" not in created
    assert api.get(f"/registered_models/{created['id']}") == created


def test_every_field_of_a_model(api, unique):
    fields = {
        "name": unique("model"),
        "description": "for <people>",
        "externalId": unique("external"),
        "readme": "# Read me\n",
        "maturity": "generally available",
        "language": ["en", "de"],
        "tasks": ["text-generation", "summarization"],
        "provider": "a team",
        "logo": "data:image/png;base64,AA==",
        "license": "apache-2.0",
        "licenseLink": "https://example.org/license",
        "libraryName": "transformers",
        "owner": "Ada",
        "state": "ARCHIVED",
    }
    created = api.create("/registered_models", fields)
    assert created.items() >= fields.items()
    assert api.get(f"/registered_models/{created['id']}") == created


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/yaml"])
def test_content_type_of_a_request_is_ignored(api, unique, content_type):
    name = unique("typed")
    answer = api.session.post(
        f"{api.address}/registered_models",
        data=json.dumps({"name": name}),
        headers={"Content-Type": content_type},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["name"]) == (201, name)


@pytest.mark.parametrize("query", [{"pagesize": "1"}, {"unknown": "x"}, {"pageSize": ""}])
def test_unknown_and_empty_query_parameters_are_ignored(api, query):
    assert api.get("/serving_environments", **query)["pageSize"] == 0


def test_end_of_the_old_prefix(api):
    """v1alpha3 says that it will end and what comes after it; v1 does not."""
    answer = api.send("GET", "/registered_models", pageSize=1)
    if SPEAKS_EXPERIMENTS:
        assert answer.headers["Deprecation"] == "true"
        assert answer.headers["Sunset"].endswith(" GMT")
        assert answer.headers["Link"] == '</api/model_registry/v1/>; rel="successor-version"'
    else:
        assert not answer.headers.keys() & {"Deprecation", "Sunset", "Link"}


@needs_v1
@pytest.mark.parametrize(
    "path", ["/experiments", "/experiment", "/experiment_runs", "/experiment_run", "/experiment_runs/metric_history"]
)
def test_v1_has_no_experiments(api, path):
    assert api.status("GET", path) == 404


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(7, marks=needs_experiments),
        pytest.param(7, marks=[needs_v1, upstream_defect("v1 writes a step as a number, which the v1 client refuses")]),
        pytest.param(9_999_999_999, marks=upstream_defect("5: a step is cut to 32 bits")),
        pytest.param(9_007_199_254_740_993, marks=upstream_defect("5: a step is cut to 32 bits")),
    ],
)
def test_step_is_a_64_bit_number_in_v1alpha3_and_a_text_in_v1(api, version, step):
    written = step if SPEAKS_EXPERIMENTS else str(step)
    body = {"artifactType": "metric", "name": "loss", "value": 1, "step": written}
    metric = api.upsert(f"/model_versions/{version['id']}/artifacts", body)
    assert metric["step"] == written
    assert api.get(f"/artifacts/{metric['id']}")["step"] == written


@needs_v1
def test_v1_takes_a_step_as_a_number_too(api, version):
    """The Go server's own v1 takes nothing else."""
    body = {"artifactType": "metric", "name": "loss", "value": 1, "step": 7}
    assert str(api.upsert(f"/model_versions/{version['id']}/artifacts", body)["step"]) == "7"


def test_bare_options(api):
    assert api.status("OPTIONS", "/registered_models") == 405
