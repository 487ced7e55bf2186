"""Folders up and down; those that MLflow wrote, and those that it reads."""

import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from proxy import Fault, Proxy

from modelregistry.client import ModelMetadata, ModelRegistryClient
from modelregistry.client.exceptions import InvalidValueError, UnsafePathError
from modelregistry.client.saving import safe_path

Unique = Callable[[str], str]
LONG = "/".join(["deep" * 10] * 4) + "/weights.bin"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With names that need care in URLs and archives."""
    root = tmp_path / "given"
    for path, content in {
        "MLmodel": b"flavors: {}\n",
        "data/model.pkl": os.urandom(3_000_000),
        "data/ü +&=.bin": bytes(range(256)),
        "data/empty": b"",
        LONG: b"x" * 512,
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize("resumable", [False, True])
def test_a_folder_comes_back_as_it_was(
    client: ModelRegistryClient, unique: Unique, folder: Path, tmp_path: Path, resumable: bool
) -> None:
    said = ModelMetadata(name=unique("folder"), version="1", file_extension="ignored", tags={"a": "b"})
    model = client.upload_model(folder, said, resumable=resumable)
    assert (model.is_folder, model.sha256, model.tags) == (True, None, {"a": "b"})
    given = contents(folder)
    assert model.size == sum(map(len, given.values()))
    assert {file.path: file.size for file in client.list_files(model.metadata_id)} == {
        path: len(content) for path, content in given.items()
    }
    told: list[tuple[int, int | None]] = []
    copy = client.download_model(model.metadata_id, tmp_path / "copy", progress=lambda *each: told.append(each))
    assert contents(copy) == given
    assert told[-1] == (model.size, model.size)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "given"]


def test_folders_as_archives(client: ModelRegistryClient, unique: Unique, folder: Path, tmp_path: Path) -> None:
    model = client.upload_folder(folder, {"name": unique("folder")})
    given = contents(folder)
    buffer, _ = client.get_model(metadata_id=model.metadata_id)
    path = client.download_model(model.metadata_id, tmp_path / "a.tar", archive="tar")
    assert path.read_bytes() == buffer.getvalue()
    with tarfile.open(fileobj=io.BytesIO(buffer.getvalue())) as tar:
        files = (member for member in tar.getmembers() if member.isreg())
        assert {member.name: tar.extractfile(member).read() for member in files} == given  # type: ignore[union-attr]
    with zipfile.ZipFile(client.download_model(model.metadata_id, tmp_path / "a.zip", archive="zip")) as archive:
        assert {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")} == given


def test_a_folder_goes_into_an_empty_one_only(
    client: ModelRegistryClient, unique: Unique, folder: Path, tmp_path: Path
) -> None:
    model = client.upload_folder(folder, {"name": unique("folder")})
    target = tmp_path / "target"
    target.mkdir()
    assert contents(client.download_model(model.metadata_id, target)) == contents(folder)
    with pytest.raises(InvalidValueError, match="already"):
        client.download_model(model.metadata_id, target)
    with pytest.raises(InvalidValueError, match="already"):
        client.download_model(model.metadata_id, target / "MLmodel")


def test_a_folder_goes_on_after_cuts(
    proxy: Proxy, patient: ModelRegistryClient, unique: Unique, folder: Path, tmp_path: Path
) -> None:
    proxy.faults.extend([Fault("cut", "up", 1_000_000), Fault("cut", "up", 1_500_000)])
    model = patient.upload_folder(folder, {"name": unique("cut")}, resumable=True)
    patient.close()
    proxy.faults.extend([Fault("cut", "down", 1_000_000), Fault("cut", "down", 1_500_000)])
    assert contents(patient.download_model(model.metadata_id, tmp_path / "copy")) == contents(folder)
    assert not proxy.faults


def test_a_lost_answer_makes_no_second_folder(
    proxy: Proxy, patient: ModelRegistryClient, unique: Unique, folder: Path
) -> None:
    proxy.faults.append(Fault("cut", "down", once_sent=b"multipart/form-data"))
    model = patient.upload_folder(folder, {"name": unique("lost"), "version": "1"})
    assert list(patient.list_models(name=model.name)) == [model]
    assert proxy.connections == 2


@pytest.mark.parametrize(
    "path",
    ["", "/", "..", "../x", "a/../../x", "/etc/x", "a//b", "./a", "a/.", "C:/x", "C:x", "\\x", "//host/x", "a\0b"],
)
def test_no_file_leaves_its_folder(path: str) -> None:
    with pytest.raises(UnsafePathError):
        safe_path(path)


def test_odd_names_are_no_harm() -> None:
    for path in ("a", "a/b c/ü", "..a/b..", "...", "~"):
        assert safe_path(path) == Path(path)


def test_mlflow_reads_what_was_uploaded(
    client: ModelRegistryClient, unique: Unique, folder: Path, address: str, tmp_path: Path
) -> None:
    mlflow.set_tracking_uri(address)
    model = client.upload_folder(folder, {"name": unique("folder")})
    copy = mlflow.artifacts.download_artifacts(f"models:/{model.name}/{model.version_number}", dst_path=str(tmp_path))
    assert contents(folder).items() <= contents(Path(copy)).items()
    single = client.upload_model(b"data", {"name": model.name, "file_extension": "pkl"})
    file = f"models:/{model.name}/2/{single.file_name}"
    assert Path(mlflow.artifacts.download_artifacts(file)).read_bytes() == b"data"


def test_mlflow_loads_a_model_that_was_uploaded(
    client: ModelRegistryClient, unique: Unique, address: str, tmp_path: Path
) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    pytest.importorskip("pandas")
    import mlflow.pyfunc
    import mlflow.sklearn

    trained = linear_model.LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])
    mlflow.sklearn.save_model(trained, tmp_path / "saved")
    model = client.upload_model(tmp_path / "saved", ModelMetadata(name=unique("loaded"), framework="scikit-learn"))
    mlflow.set_tracking_uri(address)
    loaded = mlflow.pyfunc.load_model(f"models:/{model.name}/{model.version_number}")
    assert [round(value) for value in loaded.predict([[3.0]])] == [6]


def test_what_mlflow_logged_is_downloaded(
    client: ModelRegistryClient, unique: Unique, folder: Path, address: str, tmp_path: Path
) -> None:
    name = unique("logged")
    mlflow.set_tracking_uri(address)
    mlflow_client = MlflowClient()
    run = mlflow_client.create_run("0").info
    mlflow_client.log_artifacts(run.run_id, str(folder), "model")
    mlflow_client.create_registered_model(name)
    mlflow_client.create_model_version(name, f"{run.artifact_uri}/model", run.run_id, await_creation_for=0)
    (model,) = client.list_models(name=name)
    assert (model.is_folder, model.version_number) == (True, 1)
    buffer, _ = client.get_model(model.storage_path, model.metadata_id, model.storage_group)
    with tarfile.open(fileobj=buffer) as tar:
        assert "MLmodel" in tar.getnames()
    assert contents(client.download_model(model.metadata_id, tmp_path / "copy")) == contents(folder)


def test_a_model_that_mlflow_logged_loads_after_its_download(
    client: ModelRegistryClient, unique: Unique, address: str, tmp_path: Path
) -> None:
    linear_model = pytest.importorskip("sklearn.linear_model")
    pytest.importorskip("pandas")
    import mlflow.sklearn

    mlflow.set_tracking_uri(address)
    name = unique("logged")
    with mlflow.start_run():
        trained = linear_model.LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0])
        mlflow.sklearn.log_model(trained, name="model", registered_model_name=name)
    (model,) = client.list_models(name=name)
    copy = client.download_model(model.metadata_id, tmp_path / "copy")
    assert [round(value) for value in mlflow.sklearn.load_model(str(copy)).predict([[3.0]])] == [6]
