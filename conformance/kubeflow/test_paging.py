"""Lists page by page: size, order and tokens."""

import base64

import pytest
from capabilities import needs_experiments
from support import artifact


@pytest.fixture
def versions(api, model) -> str:
    """The path of a list of v0 to v4, of which v1 was changed last."""
    created = [
        api.create("/model_versions", {"name": f"v{number}", "registeredModelId": model["id"]}) for number in range(5)
    ]
    api.update(f"/model_versions/{created[1]['id']}", {"description": "changed"})
    return f"/registered_models/{model['id']}/versions"


ALL = ["v0", "v1", "v2", "v3", "v4"]


@pytest.mark.parametrize("query", [{}, {"pageSize": 0}, {"pageSize": -1}, {"pageSize": 5}, {"pageSize": 1000}])
def test_everything_on_one_page(api, versions, query):
    page = api.get(versions, **query)
    assert page.keys() == {"items", "nextPageToken", "pageSize", "size"}
    assert [item["name"] for item in page["items"]] == ALL
    assert (page["nextPageToken"], page["pageSize"], page["size"]) == ("", query.get("pageSize", 0), 5)


@pytest.mark.parametrize("size", [1, 2, 4])
def test_pages(api, versions, size):
    pages = list(api.pages(versions, pageSize=size))
    assert [item["name"] for page in pages for item in page["items"]] == ALL
    assert [page["size"] for page in pages] == [len(page["items"]) for page in pages]
    assert [page["size"] for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert {page["pageSize"] for page in pages} == {size}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({}, ALL),
        ({"sortOrder": "ASC"}, ALL),
        ({"sortOrder": "DESC"}, ALL[::-1]),
        ({"sortOrder": "desc"}, ALL),
        ({"sortOrder": "sideways"}, ALL),
        ({"orderBy": "ID", "sortOrder": "DESC"}, ALL[::-1]),
        ({"orderBy": "CREATE_TIME"}, ALL),
        ({"orderBy": "CREATE_TIME", "sortOrder": "DESC"}, ALL[::-1]),
        ({"orderBy": "LAST_UPDATE_TIME", "sortOrder": "ASC"}, ["v0", "v2", "v3", "v4", "v1"]),
        ({"orderBy": "LAST_UPDATE_TIME", "sortOrder": "DESC"}, ["v1", "v4", "v3", "v2", "v0"]),
        ({"orderBy": "create_time"}, ALL),
        ({"orderBy": "WEATHER", "sortOrder": "DESC"}, ALL[::-1]),
    ],
)
def test_order(api, versions, order, expected):
    assert api.names(versions, **order) == expected
    paged = [item["name"] for page in api.pages(versions, pageSize=2, **order) for item in page["items"]]
    assert paged == expected


def test_records_of_one_millisecond_are_neither_lost_nor_repeated(api, version):
    """They are made in one burst, so many share their time; a page may end between them."""
    path = f"/model_versions/{version['id']}/artifacts"
    for number in range(12):
        api.create(path, artifact("doc-artifact", f"d{number}"))
    for order in ({"orderBy": "CREATE_TIME"}, {"orderBy": "LAST_UPDATE_TIME", "sortOrder": "DESC"}):
        paged = [item["name"] for page in api.pages(path, pageSize=1, **order) for item in page["items"]]
        assert sorted(paged) == sorted(f"d{number}" for number in range(12))


def test_what_is_added_between_pages(api, versions, model):
    first = api.get(versions, pageSize=2)
    api.create("/model_versions", {"name": "v5", "registeredModelId": model["id"]})
    rest = api.names(versions, nextPageToken=first["nextPageToken"])
    assert rest == ["v2", "v3", "v4", "v5"]


def test_pages_of_a_filtered_list(api, versions):
    pages = list(api.pages(versions, pageSize=2, filterQuery="name LIKE 'v%' AND state = 'LIVE'"))
    assert [item["name"] for page in pages for item in page["items"]] == ALL


def test_empty_token_is_the_first_page(api, versions):
    assert api.names(versions, pageSize=2, nextPageToken="") == ["v0", "v1"]


@pytest.mark.parametrize("token", ["!!", "abc", base64.b64encode(b"text").decode(), base64.b64encode(b"x:y").decode()])
def test_malformed_token(api, versions, token):
    message = api.refused(400, "GET", versions, nextPageToken=token)
    assert "nextPageToken" in message


@pytest.mark.parametrize("size", ["abc", "1.5", "2147483648", "99999999999999999999"])
def test_malformed_page_size(api, versions, size):
    api.refused(400, "GET", versions, pageSize=size)


@pytest.mark.parametrize(
    "path",
    [
        "/registered_models",
        "/model_versions",
        "/artifacts",
        "/model_artifacts",
        "/serving_environments",
        "/inference_services",
    ],
)
def test_every_list_pages(api, service, version, path):
    api.create(f"/model_versions/{version['id']}/artifacts", artifact("model-artifact"))
    page = api.get(path, pageSize=1, orderBy="CREATE_TIME", sortOrder="DESC")
    assert page.keys() == {"items", "nextPageToken", "pageSize", "size"}
    assert (len(page["items"]), page["pageSize"], page["size"]) == (1, 1, 1)
    api.refused(400, "GET", path, pageSize="x")
    api.refused(400, "GET", path, nextPageToken="x")


def test_lists_under_a_service(api, service, version):
    path = f"/inference_services/{service['id']}/serves"
    for number in range(3):
        api.create(path, {"modelVersionId": version["id"], "name": f"s{number}"})
    paged = [item["name"] for page in api.pages(path, pageSize=1, sortOrder="DESC") for item in page["items"]]
    assert paged == ["s2", "s1", "s0"]


@needs_experiments
def test_lists_of_experiments(api, experiment):
    for number in range(3):
        api.create("/experiment_runs", {"name": f"r{number}", "experimentId": experiment["id"]})
    path = f"/experiments/{experiment['id']}/experiment_runs"
    paged = [item["name"] for page in api.pages(path, pageSize=2, orderBy="CREATE_TIME") for item in page["items"]]
    assert paged == ["r0", "r1", "r2"]
    assert api.get("/experiments", pageSize=1)["size"] == 1
    assert api.get("/experiment_runs", pageSize=2)["size"] == 2
