"""search_experiments: filters, views, order and pages."""

import mlflow
import pytest
from mlflow.entities import ViewType
from support import error_code_of, unique_name


@pytest.fixture(scope="module")
def family(client):
    prefix = unique_name("Search")
    made = {}
    for name, team in (("a", "x"), ("b", "y"), ("c", "x")):
        made[name] = client.create_experiment(f"{prefix}-{name}", tags={"team": team})
    gone = client.create_experiment(f"{prefix}-gone", tags={"team": "x"})
    client.delete_experiment(gone)
    return prefix, made


def found(family, condition="", **options):
    prefix, _ = family
    condition = f"name LIKE '{prefix}-%' {condition}".strip()
    experiments = mlflow.search_experiments(filter_string=condition, **options)
    return [experiment.name.removeprefix(f"{prefix}-") for experiment in experiments]


def test_newest_first(family):
    assert sorted(found(family)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("AND tags.team = 'x'", ["a", "c"]),
        ("AND tags.team != 'x'", ["b"]),
        ("AND tags.team LIKE '_'", ["a", "b", "c"]),
        ("AND attribute.name ILIKE '%-B'", ["b"]),
        ("AND creation_time > 0", ["a", "b", "c"]),
        ("AND last_update_time < 1000", []),
    ],
)
def test_conditions(family, condition, expected):
    assert found(family, condition, order_by=["name"]) == expected


def test_by_id(family):
    prefix, made = family
    (only,) = mlflow.search_experiments(filter_string=f"experiment_id = '{made['b']}'")
    assert only.name == f"{prefix}-b"


def test_views(family):
    assert found(family, view_type=ViewType.DELETED_ONLY) == ["gone"]
    assert found(family, view_type=ViewType.ALL, order_by=["name DESC"]) == ["gone", "c", "b", "a"]


def test_order(family):
    assert found(family, order_by=["creation_time ASC", "experiment_id ASC"]) == ["a", "b", "c"]
    assert found(family, order_by=["experiment_id DESC"]) == ["c", "b", "a"]


def test_pages(client, family):
    prefix, _ = family
    token, seen = None, []
    for expected in (2, 1):
        page = client.search_experiments(
            filter_string=f"name LIKE '{prefix}-%'", max_results=2, order_by=["name"], page_token=token
        )
        assert len(page) == expected
        seen += [experiment.name[-1] for experiment in page]
        token = page.token
    assert (seen, token or None) == (["a", "b", "c"], None)


@pytest.mark.parametrize("condition", ["colour = 'red'", "name > 'a'", "name = 'a' OR", "creation_time = 'soon'", "name"])
def test_broken_filters(client, condition):
    assert error_code_of(lambda: client.search_experiments(filter_string=condition)) == "INVALID_PARAMETER_VALUE"
