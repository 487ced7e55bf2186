"""The client's pagers: order, page size, starting again."""

import pytest
from model_registry.exceptions import StoreError
from model_registry.types import ListOptions
from support import unique_name

NUMBERS = [f"{number}" for number in range(7)]


@pytest.fixture(scope="module")
def many(client) -> str:
    """A model of seven versions, of which the third was updated last."""
    name = unique_name("many")
    for number in NUMBERS:
        client.register_model(
            name, "s3://bucket/model", version=number, model_format_name="onnx", model_format_version="1"
        )
    third = client.get_model_version(name, "2")
    third.description = "updated"
    client.update(third)
    return name


def names(pager) -> list[str]:
    return [item.name for item in pager]


def test_versions(client, many):
    assert names(client.get_model_versions(many)) == NUMBERS


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8, 100])
def test_page_size(client, many, size):
    assert names(client.get_model_versions(many).page_size(size)) == NUMBERS


def test_page_size_below_one(client, many):
    with pytest.raises(ValueError, match="at least 1"):
        client.get_model_versions(many).page_size(0)


@pytest.mark.parametrize("size", [2, 100])
@pytest.mark.parametrize("order", ["order_by_id", "order_by_creation_time"])
def test_order(client, many, order, size):
    ordered = getattr(client.get_model_versions(many).page_size(size), order)()
    assert names(ordered) == NUMBERS
    assert names(ordered.descending()) == NUMBERS[::-1]
    assert names(ordered.ascending()) == NUMBERS


@pytest.mark.parametrize("size", [2, 100])
def test_order_by_update(client, many, size):
    pager = client.get_model_versions(many).page_size(size).order_by_update_time()
    assert names(pager) == [number for number in NUMBERS if number != "2"] + ["2"]
    assert names(pager.descending())[0] == "2"


def test_restart(client, many):
    pager = client.get_model_versions(many).page_size(3)
    assert [next(pager).name for _ in range(4)] == NUMBERS[:4]
    assert names(pager.restart()) == NUMBERS


def test_pages_one_by_one(client, many):
    pager = client.get_model_versions(many).page_size(3)
    pages = [[item.name for item in pager.next_page()] for _ in range(3)]
    assert pages == [NUMBERS[:3], NUMBERS[3:6], NUMBERS[6:]]
    assert pager.options.next_page_token == ""


def test_limit_of_the_options(client, call, many):
    model = client.get_registered_model(many)
    options = ListOptions.order_by_creation_time(limit=2, is_asc=False)
    assert names(call(client._api.get_model_versions(model.id, options))) == ["6", "5"]
    assert names(call(client._api.get_model_versions(model.id, options))) == ["4", "3"]
    assert len(call(client._api.get_model_versions(model.id))) == 7


def test_models(client, unique):
    """The list is shared with whoever else uses the server, so the order is asked of the newest only."""
    made = [unique("listed") for _ in range(5)]
    for name in made:
        client.register_model(name, "s3://b/m", version="1", model_format_name="onnx", model_format_version="1")
    pager = client.get_registered_models().order_by_creation_time().descending().page_size(2)
    newest = [next(pager).name for _ in range(5)]
    assert newest == made[::-1]
    assert set(made) <= set(names(client.get_registered_models().page_size(100)))


def test_archived_versions_are_listed(client, api, many):
    version = client.get_model_version(many, "5")
    api.update(f"/model_versions/{version.id}", {"state": "ARCHIVED"})
    assert names(client.get_model_versions(many)) == NUMBERS


def test_model_without_versions(client, api, unique):
    model = api.create("/registered_models", {"name": unique("bare")})
    assert names(client.get_model_versions(model["name"])) == []


def test_missing_model(client, unique):
    with pytest.raises(StoreError, match="does not exist"):
        client.get_model_versions(unique("none"))
