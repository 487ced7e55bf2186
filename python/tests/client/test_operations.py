"""What users do with models, against the real server."""

import hashlib
import io
import os
import pickle
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from mlflow.exceptions import MlflowException

from modelregistry.client import ModelMetadata, ModelRegistryClient
from modelregistry.client.exceptions import (
    AlreadyExistsError,
    ConnectionFailedError,
    InvalidValueError,
    ModelRegistryError,
    NotFoundError,
    SettingsError,
    WrongStateError,
)
from modelregistry.tracking import open_tracking_store

Unique = Callable[[str], str]


def test_all_that_is_said_comes_back(client: ModelRegistryClient, unique: Unique) -> None:
    data = os.urandom(1000)
    said = ModelMetadata(
        id=unique("id"),
        name=unique("model"),
        version="1.0.0",
        file_extension="tar.gz",
        storage_group="ml-models",
        description="Ü\n2",
        framework="scikit-learn",
        author="Ada",
        metrics={"accuracy": 0.95, "n": 3},
        parameters={"n_estimators": 100, "nested": {"a": [1, None, "x"]}, "flag": False, "text": "é"},
        tags={"type": "classification", "a b/c": "=&?"},
    )
    model = client.upload_model(data, said)
    assert model.items() >= said.to_fields().items()
    assert (model.size, model.sha256, model.is_folder) == (len(data), hashlib.sha256(data).hexdigest(), False)
    assert (model.version_number, model.file_name, model.aliases) == (1, f"{said.name}.tar.gz", [])
    assert client.get_metadata(model.metadata_id) == client.get_metadata(str(said.id)) == model
    assert model["_id"] == model.metadata_id


def test_the_author_is_that_of_the_settings(url: str, unique: Unique, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlflow import MlflowClient

    monkeypatch.setenv("MODEL_REGISTRY_AUTHOR", "Grace")
    name = unique("m")
    with ModelRegistryClient(url) as client, ModelRegistryClient(f"{url}?author=Ada%20Lovelace") as of_ada:
        made = [
            of_ada.upload_model(b"data", {"name": name}),
            client.upload_model(b"data", {"name": name}),
            client.upload_model(b"data", {"name": name, "author": "Alan"}),
        ]
    authors = ["Ada Lovelace", "Grace", "Alan"]
    assert [model.author for model in made] == authors
    mlflow_client = MlflowClient(url, url)
    assert [mlflow_client.get_model_version(name, str(number)).user_id for number in (1, 2, 3)] == authors
    owned = requests.get(f"{url}/api/model_registry/v1alpha3/registered_model", {"name": name}, timeout=30).json()
    assert owned["owner"] == "Ada Lovelace"


def test_what_is_not_said_is_chosen(client: ModelRegistryClient, unique: Unique) -> None:
    name = unique("plain")
    first, second = (client.upload_model(b"data", {"name": name}) for _ in range(2))
    assert (first.version_number, second.version_number) == (1, 2)
    assert (first.id, first.storage_group, first.file_extension, first.tags) == (None, "models", "bin", {})


def test_the_extension_is_that_of_the_path(client: ModelRegistryClient, unique: Unique, tmp_path: Path) -> None:
    file = tmp_path / "trained.onnx"
    file.write_bytes(b"onnx")
    assert client.upload_model(file, {"name": unique("a")}).file_extension == "onnx"
    assert client.upload_model(str(file), {"name": unique("a"), "file_extension": "bin"}).file_extension == "bin"
    odd = file.rename(tmp_path / "trained.v1-final")
    assert client.upload_model(odd, {"name": unique("a")}).file_extension == "bin"


def pieces() -> Iterator[bytes]:
    yield from (b"one ", b"", b"two")


@pytest.mark.parametrize(
    ("make", "content"),
    [
        (lambda: b"bytes", b"bytes"),
        (lambda: bytearray(b"bytes"), b"bytes"),
        (lambda: io.BytesIO(b"buffer"), b"buffer"),
        (pieces, b"one two"),
        (lambda: [b"a", b"b"], b"ab"),
        (lambda: b"", b""),
        (lambda: iter(()), b""),
    ],
)
def test_sources(client: ModelRegistryClient, unique: Unique, make: Callable[[], Any], content: bytes) -> None:
    model = client.upload_model(make(), {"name": unique("source")})
    assert (model.size, model.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert client.get_model(metadata_id=model.metadata_id)[0].read() == content


@pytest.mark.parametrize("size", [0, 1, 5_000_000])
def test_resumable_uploads_of_any_size(client: ModelRegistryClient, unique: Unique, size: int) -> None:
    data = os.urandom(size)
    model = client.upload_model(data, {"name": unique("resumable"), "version": "a"}, resumable=True)
    assert model.sha256 == hashlib.sha256(data).hexdigest()


def test_what_comes_by_once_is_not_resumable(client: ModelRegistryClient, unique: Unique) -> None:
    with pytest.raises(InvalidValueError, match="only once"):
        client.upload_model(pieces(), {"name": unique("once")}, resumable=True)


def test_get_model_takes_what_the_earlier_registry_took(client: ModelRegistryClient, unique: Unique) -> None:
    uploaded = client.upload_model(b"data", {"name": unique("m"), "storage_group": "one"})
    path, metadata_id = str(uploaded.storage_path), uploaded.metadata_id
    for buffer, model in (
        client.get_model(path, metadata_id, "one"),
        client.get_model(file_path=path, metadata_id=metadata_id, bucket_name="one"),
        client.get_model(metadata_id=metadata_id),
    ):
        assert isinstance(buffer, io.BytesIO)
        assert (buffer.read(), model) == (b"data", uploaded)
    for wrong in ({"file_path": f"{path}x"}, {"bucket_name": "two"}, {"metadata_id": "999999999"}):
        with pytest.raises(NotFoundError):
            client.get_model(**({"file_path": path, "metadata_id": metadata_id, "bucket_name": "one"} | wrong))
    with pytest.raises(InvalidValueError):
        client.get_model(path)


def test_lists(client: ModelRegistryClient, unique: Unique) -> None:
    name = unique("listed")
    made = [
        client.upload_model(
            bytes([number]),
            ModelMetadata(
                name=name,
                id=f"{name}-{number}",
                version=f"v{number}",
                framework="odd" if number % 2 else "even",
                storage_group=f"group-{number % 2}",
                tags={"number": str(number), "a b": "ü&"},
                description=f"The {number}th Of {name}",
            ),
        )
        for number in range(5)
    ]
    newest_first = made[::-1]
    assert list(client.list_models(name=name)) == newest_first
    assert list(client.list_models(name=name, page_size=2)) == newest_first
    assert list(client.list_models(name=name, version="v3")) == [made[3]]
    assert list(client.list_models(id=f"{name}-2")) == [made[2]]
    assert list(client.list_models(name=name, framework="odd")) == [made[3], made[1]]
    assert list(client.list_models(name=name, storage_group="group-1", page_size=1)) == [made[3], made[1]]
    assert list(client.list_models(name=name, tags={"number": "4", "a b": "ü&"})) == [made[4]]
    assert list(client.list_models(search=f"2TH of {name}".lower())) == [made[2]]
    assert list(client.list_models(name=unique("none"))) == []
    with pytest.raises(InvalidValueError) as raised:
        list(client.list_models(page_size=0))
    assert raised.value.field == "page_size"


def test_changes(client: ModelRegistryClient, unique: Unique) -> None:
    model = client.upload_model(
        b"data",
        ModelMetadata(name=unique("m"), description="old", framework="f", metrics={"a": 1}, tags={"x": "1", "y": "2"}),
    )
    changed = client.update_metadata(
        model.metadata_id,
        description="new",
        framework=None,
        metrics={"b": 2.5},
        parameters={"depth": 3},
        tags={"x": None, "z": "3"},
    )
    assert (changed.description, changed.framework) == ("new", None)
    assert (changed.metrics, changed.parameters, changed.tags) == (
        {"a": 1, "b": 2.5},
        {"depth": 3},
        {"y": "2", "z": "3"},
    )
    assert client.set_tags(model.metadata_id, {"y": "4"}).tags == {"y": "4", "z": "3"}
    assert client.delete_tag(model.metadata_id, "y").tags == {"z": "3"}
    assert client.delete_tag(model.metadata_id, "y").tags == {"z": "3"}
    assert client.get_metadata(model.metadata_id).description == "new"
    for wrong in ({"metrics": {"a": "1"}}, {"tags": {"a": 1}}, {"parameters": {"a": object()}}):
        with pytest.raises(InvalidValueError):
            client.update_metadata(model.metadata_id, **wrong)  # type: ignore[arg-type]


def test_deletes(client: ModelRegistryClient, unique: Unique) -> None:
    model = client.upload_model(b"data", {"name": unique("m"), "id": unique("id")})
    client.delete_model(str(model.id))
    for gone in (client.get_metadata, client.delete_model, lambda each: client.get_model(metadata_id=each)):
        with pytest.raises(NotFoundError):
            gone(model.metadata_id)
    client.upload_model(b"data", {"name": model.name, "id": model.id})


@pytest.mark.parametrize("taken", ["id", "version"])
def test_what_is_taken_is_refused(client: ModelRegistryClient, unique: Unique, taken: str) -> None:
    said = {"name": unique("m"), taken: unique(taken)}
    client.upload_model(b"data", said)
    for resumable in (False, True):
        with pytest.raises(AlreadyExistsError) as raised:
            client.upload_model(b"data", said, resumable=resumable)
        error = raised.value
        assert (error.status, error.code, error.field) == (409, "already-exists", taken)
        assert said[taken] in str(error.detail)
    assert len(list(client.list_models(name=said["name"]))) == 1


def test_what_the_server_refuses_is_named(client: ModelRegistryClient, unique: Unique) -> None:
    for field, value in (("storage_group", "../up"), ("file_extension", "a/b"), ("name", ""), ("tags", {"": "x"})):
        with pytest.raises(InvalidValueError) as raised:
            client.upload_model(b"data", {"name": unique("m"), field: value})
        assert (raised.value.status, raised.value.field) == (400, field)


@pytest.mark.parametrize("metadata_id", ["999999999", "no such", "a/../b", "..%2f", "?", "ü", "-1"])
def test_ids_of_nothing(client: ModelRegistryClient, metadata_id: str) -> None:
    with pytest.raises(NotFoundError):
        client.get_metadata(metadata_id)


@pytest.mark.parametrize("metadata_id", ["", ".", ".."])
def test_what_is_no_id_is_not_asked_for(client: ModelRegistryClient, metadata_id: str) -> None:
    with pytest.raises(InvalidValueError):
        client.delete_model(metadata_id)


def test_a_file_is_written_to_disk(client: ModelRegistryClient, unique: Unique, tmp_path: Path) -> None:
    model = client.upload_model(b"new", {"name": "churn", "id": unique("id"), "file_extension": "pkl"})
    target = tmp_path / "made" / "model.pkl"
    assert client.download_model(model.metadata_id, target).read_bytes() == b"new"
    target.write_bytes(b"something longer")
    assert client.download_model(str(model.id), str(target)) == target
    assert target.read_bytes() == b"new"
    assert client.download_model(model.metadata_id, tmp_path / "made") == tmp_path / "made" / "churn.pkl"
    assert sorted(path.name for path in target.parent.iterdir()) == ["churn.pkl", "model.pkl"]
    client.delete_model(model.metadata_id)


def test_a_file_as_an_archive(client: ModelRegistryClient, unique: Unique, tmp_path: Path) -> None:
    model = client.upload_model(b"data", {"name": unique("m"), "file_extension": "pkl"})
    with tarfile.open(client.download_model(model.metadata_id, tmp_path / "a.tar", archive="tar")) as tar:
        assert tar.getnames() == [model.file_name]
    with zipfile.ZipFile(client.download_model(model.metadata_id, tmp_path / "a.zip", archive="zip")) as archive:
        assert archive.read(str(model.file_name)) == b"data"


def test_list_files(client: ModelRegistryClient, unique: Unique) -> None:
    model = client.upload_model(b"data", {"name": unique("m"), "file_extension": "pkl"})
    (file,) = client.list_files(model.metadata_id)
    assert (file.path, file.size, file.sha256, file.url) == (model.file_name, 4, model.sha256, model.uri)


def test_a_version_whose_files_are_elsewhere(
    client: ModelRegistryClient, unique: Unique, address: str, tmp_path: Path
) -> None:
    from mlflow import MlflowClient

    name = unique("elsewhere")
    mlflow_client = MlflowClient(address, address)
    mlflow_client.create_registered_model(name)
    mlflow_client.create_model_version(name, "s3://bucket/model", await_creation_for=0)
    (model,) = client.list_models(name=name)
    assert (model.storage_path, model.size, model.uri) == (None, None, "s3://bucket/model")
    with pytest.raises(NotFoundError, match="s3://bucket/model"):
        client.download_model(model.metadata_id, tmp_path / "copy")


def test_errors_travel_between_processes() -> None:
    refused = NotFoundError("name: no", status=404, code="not-found", field="name", detail="no")
    with pytest.raises(SettingsError) as wrong:
        ModelRegistryClient("ftp://registry")
    with pytest.raises(MlflowException) as wrong_for_mlflow:
        open_tracking_store("modelregistry://registry?is-secure=perhaps")
    for error in (refused, wrong.value, wrong_for_mlflow.value, ConnectionFailedError("no connection")):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy)) == (type(error), str(error))
        assert copy.__dict__ == error.__dict__


def test_every_error_is_of_one_kind() -> None:
    from modelregistry.client import exceptions

    kinds = [getattr(exceptions, name) for name in exceptions.__all__]
    assert len(kinds) > 10 and all(issubclass(kind, ModelRegistryError) for kind in kinds)
    assert issubclass(InvalidValueError, ValueError) and not issubclass(WrongStateError, ValueError)
