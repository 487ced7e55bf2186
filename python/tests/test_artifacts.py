"""Files behind `mlflow-artifacts:` locations."""

from collections.abc import Callable
from pathlib import Path

import mlflow
import pytest
from gateway import Gateway
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

from modelregistry.artifacts import open_artifact_repository
from modelregistry.native.artifacts import NativeArtifactRepository
from modelregistry.settings import read_settings

Connect = Callable[[str], MlflowClient]


@pytest.fixture
def repository(address: str, connect: Connect) -> NativeArtifactRepository:
    """The artifacts of a new run."""
    client = connect(address)
    uri = client.create_run("0").info.artifact_uri
    opened = get_artifact_repository(uri)
    assert isinstance(opened, NativeArtifactRepository)
    return opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With files below it whose names need care in URLs."""
    root = tmp_path / "given"
    for path, content in {
        "top.txt": b"top",
        "a b/ü+&=.bin": bytes(range(256)),
        "a b/deep/100%.txt": b"",
        "empty": b"",
    }.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*") if file.is_file()}


@pytest.mark.parametrize("path", [None, "some/where"])
def test_a_folder_comes_back_as_it_was(repository: NativeArtifactRepository, folder: Path, path: str | None) -> None:
    repository.log_artifacts(str(folder), path)
    downloaded = repository.download_artifacts(path or "")
    assert contents(Path(downloaded)) == contents(folder)


def test_lists(repository: NativeArtifactRepository, folder: Path) -> None:
    repository.log_artifacts(str(folder))
    listed = [(file.path, file.is_dir, file.file_size) for file in repository.list_artifacts()]
    assert listed == [("a b", True, None), ("empty", False, None), ("top.txt", False, 3)]
    assert [(file.path, file.is_dir) for file in repository.list_artifacts("a b")] == [
        ("a b/deep", True),
        ("a b/ü+&=.bin", False),
    ]
    assert repository.list_artifacts("top.txt") == []
    assert repository.list_artifacts("nothing") == []


def test_deletes(repository: NativeArtifactRepository, folder: Path) -> None:
    repository.log_artifacts(str(folder))
    repository.delete_artifacts("a b/ü+&=.bin")
    assert [file.path for file in repository.list_artifacts("a b")] == ["a b/deep"]
    repository.delete_artifacts()
    assert repository.list_artifacts() == []


def test_a_large_file(repository: NativeArtifactRepository, tmp_path: Path) -> None:
    file = tmp_path / "large.bin"
    file.write_bytes(bytes(range(256)) * 4 * 8192)
    repository.log_artifact(str(file))
    assert Path(repository.download_artifacts("large.bin")).read_bytes() == file.read_bytes()


def test_a_file_that_is_not_there(repository: NativeArtifactRepository) -> None:
    with pytest.raises(MlflowException) as raised:
        repository.download_artifacts("missing.txt")
    assert "missing.txt" in str(raised.value)


def test_paths_leave_no_folder(repository: NativeArtifactRepository, folder: Path) -> None:
    with pytest.raises(MlflowException):
        repository.log_artifact(str(folder / "top.txt"), "../outside")


def test_the_token_goes_with_each_file(gateway: Gateway, connect: Connect, folder: Path) -> None:
    gateway.token = "s3cret"
    client = connect(f"modelregistry://127.0.0.1:{gateway.port}?user-token=s3cret")
    run = client.create_run("0").info.run_id
    client.log_artifacts(run, str(folder))
    assert contents(Path(client.download_artifacts(run, ""))) == contents(folder)
    assert set(gateway.tokens) == {"Bearer s3cret"}


def test_other_addresses_have_mlflows_own_repository(url: str, connect: Connect, folder: Path) -> None:
    client = connect(url)
    info = client.create_run("0").info
    assert type(get_artifact_repository(info.artifact_uri)) is MlflowArtifactsRepository
    client.log_artifacts(info.run_id, str(folder))
    assert {file.path for file in client.list_artifacts(info.run_id)} == {"a b", "empty", "top.txt"}


def test_a_location_on_another_server_gets_no_token_of_ours(gateway: Gateway) -> None:
    location = f"mlflow-artifacts://127.0.0.1:{gateway.port}/1/run/artifacts"
    repository = open_artifact_repository(location, "modelregistry+http://registry.example.com?user-token=s3cret")
    assert type(repository) is MlflowArtifactsRepository
    assert repository.list_artifacts() == []
    assert gateway.tokens and set(gateway.tokens) == {None}


def test_the_registrys_address_serves_where_tracking_has_no_server(address: str, tmp_path: Path) -> None:
    mlflow.set_tracking_uri(tmp_path.as_uri())
    mlflow.set_registry_uri(address)
    repository = open_artifact_repository("mlflow-artifacts:/1/run/artifacts")
    assert isinstance(repository, NativeArtifactRepository)
    assert repository.settings == read_settings(address)
