"""Tags and custom properties are the same thing; what has a type keeps it until MLflow writes something else."""

import pytest
from bearers import BEARERS

GIVEN = {"text": "growth", "count": 5, "rate": 0.5, "approved": True, "limits": {"low": 1, "high": [2, 3]}}
SHOWN = {"text": "growth", "count": "5", "rate": "0.5", "approved": "true", "limits": '{"low": 1, "high": [2, 3]}'}


@pytest.fixture(params=BEARERS, ids=lambda kind: kind.__name__)
def bearer(request, mlflow_client, kubeflow):
    return request.param(mlflow_client, kubeflow, GIVEN)


def test_each_type_shows_as_text(bearer):
    assert bearer.tags() == SHOWN
    assert bearer.properties() == GIVEN


def test_a_tag_is_a_string_property(bearer):
    bearer.set_tag("seven", "7")
    assert bearer.properties() == {**GIVEN, "seven": "7"}


def test_a_type_stays_when_mlflow_writes_the_same_text(bearer):
    for key, value in bearer.tags().items():
        bearer.set_tag(key, value)
    assert bearer.properties() == GIVEN


def test_another_text_makes_it_a_string(bearer):
    bearer.set_tag("count", "6")
    bearer.set_tag("limits", "none")
    assert bearer.properties() == {**GIVEN, "count": "6", "limits": "none"}


def test_deleting_the_tag_deletes_the_property(bearer):
    bearer.delete_tag("count")
    assert bearer.properties() == {key: value for key, value in GIVEN.items() if key != "count"}


def test_replacing_the_properties_replaces_the_tags(bearer):
    bearer.set_tag("from", "MLflow")
    bearer.replace_properties({"only": "this", "count": 6})
    assert bearer.tags() == {"only": "this", "count": "6"}
    bearer.replace_properties({})
    assert bearer.tags() == {}


def test_another_change_leaves_the_properties(bearer):
    bearer.set_tag("from", "MLflow")
    bearer.describe("changed")
    assert bearer.properties() == {**GIVEN, "from": "MLflow"}
    assert bearer.tags() == {**SHOWN, "from": "MLflow"}


def test_both_search_by_what_the_other_wrote(bearer):
    bearer.set_tag("from", "MLflow")
    assert bearer.found_by("from = 'MLflow'")
    assert bearer.found_by("count = 5 AND rate > 0.1")
    assert not bearer.found_by("count = '5'")
    assert bearer.matches("tags.text = 'growth'")
    assert bearer.matches("tags.count = '5'")


def test_long_and_unusual_values(bearer):
    given = {"long": "x" * 4000, "quote'd": 'it\'s "so" \\', "смысл": "42"}
    bearer.replace_properties(given)
    assert bearer.tags() == given
    assert bearer.properties() == given


def test_numbers_at_their_limits(bearer):
    given = {"low": -999_999_999, "high": 999_999_999, "tiny": 5e-324, "huge": 1.7976931348623157e308, "whole": 3.0}
    bearer.replace_properties(given)
    assert bearer.properties() == given
    assert isinstance(bearer.properties()["whole"], float)
    assert {key: float(value) for key, value in bearer.tags().items()} == given
