"""Searching models and versions: names, patterns, tags, runs, numbers, order and pages."""

import mlflow
import pytest
from capabilities import combines_conditions_freely, searches_versions_by_stage
from support import add_version, create_versions, error_code_of, unique_name


@pytest.fixture(scope="module")
def family(client):
    """Three models whose names share a prefix that nothing else on the server has."""
    prefix = unique_name("Family")
    for name, team in (("alpha", "vision"), ("beta", "vision"), ("gamma", "text")):
        client.create_registered_model(f"{prefix}-{name}", tags={"team": team, "owner name": "ann"})
    return prefix


def names(models, prefix):
    return [model.name.removeprefix(f"{prefix}-") for model in models]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("name LIKE '{prefix}-%'", ["alpha", "beta", "gamma"]),
        ("name LIKE '{prefix}-_eta'", ["beta"]),
        ("name ILIKE '{upper}-ALPHA'", ["alpha"]),
        ("name LIKE '{upper}-%'", []),
        ("name = '{prefix}-gamma'", ["gamma"]),
        ("name != '{prefix}-gamma' AND name LIKE '{prefix}-%'", ["alpha", "beta"]),
        ("name LIKE '{prefix}-%' AND tags.team = 'vision'", ["alpha", "beta"]),
        ("name LIKE '{prefix}-%' AND tags.team != 'vision'", ["gamma"]),
        ("name LIKE '{prefix}-%' and tags.`owner name` ILIKE 'A%' and tags.team = 'text'", ["gamma"]),
    ],
)
def test_models(client, family, condition, expected):
    condition = condition.format(prefix=family, upper=family.upper())
    assert names(client.search_registered_models(filter_string=condition), family) == expected


def test_models_in_order(client, family):
    found = client.search_registered_models(f"name LIKE '{family}-%'", order_by=["name DESC"])
    assert names(found, family) == ["gamma", "beta", "alpha"]
    client.update_registered_model(f"{family}-beta", "touched")
    found = client.search_registered_models(f"name LIKE '{family}-%'", order_by=["last_updated_timestamp DESC"])
    assert names(found, family)[0] == "beta"


def test_models_in_pages(client, family):
    condition, token, seen = f"name LIKE '{family}-%'", None, []
    for expected in (2, 1):
        page = client.search_registered_models(condition, max_results=2, page_token=token)
        assert len(page) == expected
        seen, token = seen + names(page, family), page.token
    assert (seen, token or None) == (["alpha", "beta", "gamma"], None)


def test_models_without_a_filter(client, family):
    assert client.search_registered_models(max_results=1)
    assert f"{family}-alpha" in {model.name for model in mlflow.search_registered_models()}


def test_found_model_shows_its_versions_and_aliases(client, model_name):
    create_versions(client, model_name, 2)
    client.set_registered_model_alias(model_name, "champion", "1")
    (found,) = client.search_registered_models(f"name='{model_name}'")
    assert [str(version.version) for version in found.latest_versions] == ["2"]
    assert {alias: str(version) for alias, version in found.aliases.items()} == {"champion": "1"}


@pytest.fixture
def versions(client, model_name, logged):
    create_versions(client, model_name, 2)
    source = f"{client.get_run(logged.run_id).info.artifact_uri}/model"
    client.create_model_version(model_name, source, run_id=logged.run_id, tags={"status": "approved"})
    return model_name


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("name='{name}'", [3, 2, 1]),
        ("name='{name}' AND version_number > 1", [3, 2]),
        ("name='{name}' AND version_number = 1", [1]),
        ("name='{name}' AND run_id = '{run_id}'", [3]),
        ("name='{name}' AND run_id IN ('{run_id}', 'other')", [3]),
        ("name='{name}' AND tags.status = 'approved'", [3]),
        ("name='{name}' AND tags.status LIKE 'app%'", [3]),
        ("name='{name}' AND source_path LIKE 's3://elsewhere/%'", [2, 1]),
        ("name LIKE '%{name}%' AND version_number <= 2", [2, 1]),
    ],
)
def test_versions(client, versions, logged, condition, expected):
    found = client.search_model_versions(condition.format(name=versions, run_id=logged.run_id))
    assert sorted((int(version.version) for version in found), reverse=True) == expected


def test_versions_of_a_run(client, versions, logged):
    found = client.search_model_versions(f"run_id='{logged.run_id}'")
    assert (versions, "3") in {(version.name, str(version.version)) for version in found}


def test_versions_through_the_fluent_client(versions):
    found = mlflow.search_model_versions(filter_string=f"name='{versions}' AND version_number >= 2", max_results=10)
    assert {int(version.version) for version in found} == {2, 3}


def test_versions_in_order(client, versions):
    found = client.search_model_versions(f"name='{versions}'", order_by=["version_number ASC"])
    assert [int(version.version) for version in found] == [1, 2, 3]


def test_versions_in_pages(client, versions):
    add_version(client, versions)
    condition, order = f"name='{versions}'", ["version_number DESC"]
    first = client.search_model_versions(condition, max_results=3, order_by=order)
    second = client.search_model_versions(condition, max_results=3, order_by=order, page_token=first.token)
    assert [int(version.version) for version in [*first, *second]] == [4, 3, 2, 1]
    assert not second.token


def test_versions_by_stage(client, versions):
    client.transition_model_version_stage(versions, "2", "Production")
    condition = f"name='{versions}' AND current_stage='Production'"
    if searches_versions_by_stage(client):
        assert [str(version.version) for version in client.search_model_versions(condition)] == ["2"]
    else:
        assert error_code_of(lambda: client.search_model_versions(condition)) == "INVALID_PARAMETER_VALUE"


def test_alternatives(client, family):
    condition = f"name LIKE '{family}-%' AND (tags.team = 'text' OR NOT name LIKE '%beta')"
    if combines_conditions_freely(client):
        assert names(client.search_registered_models(condition), family) == ["alpha", "gamma"]
    else:
        assert error_code_of(lambda: client.search_registered_models(condition)) == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize("condition", ["name ~ 'x'", "colour = 'red'", "name = unquoted", "tags.a < 'b'", "name ="])
def test_broken_filters(client, condition):
    assert error_code_of(lambda: client.search_registered_models(condition)) == "INVALID_PARAMETER_VALUE"
