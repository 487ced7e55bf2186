"""Files and folders: logged, listed, downloaded, deleted."""

import hashlib
import os

import mlflow
import pytest
from mlflow.artifacts import download_artifacts, list_artifacts
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from requests import HTTPError


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "folder"
    (root / "nested" / "deeper").mkdir(parents=True)
    (root / "top.txt").write_text("top")
    (root / "nested" / "middle.csv").write_text("a,b\n1,2\n")
    (root / "nested" / "deeper" / "bottom.bin").write_bytes(bytes(range(256)))
    return root


def listing(client, run_id, path=None):
    return [(file.path, file.is_dir, file.file_size) for file in client.list_artifacts(run_id, path)]


def test_folder_listed_level_by_level(client, run_id, folder):
    client.log_artifacts(run_id, str(folder))
    assert listing(client, run_id) == [("nested", True, None), ("top.txt", False, 3)]
    assert listing(client, run_id, "nested") == [("nested/deeper", True, None), ("nested/middle.csv", False, 8)]
    assert listing(client, run_id, "nested/deeper") == [("nested/deeper/bottom.bin", False, 256)]


def test_folder_under_a_path(client, run_id, folder):
    client.log_artifacts(run_id, str(folder), "data/raw")
    assert listing(client, run_id) == [("data", True, None)]
    assert listing(client, run_id, "data/raw/nested/deeper") == [("data/raw/nested/deeper/bottom.bin", False, 256)]


def test_one_file(client, run_id, folder):
    client.log_artifact(run_id, str(folder / "top.txt"))
    client.log_artifact(run_id, str(folder / "top.txt"), "copies/of it")
    assert listing(client, run_id) == [("copies", True, None), ("top.txt", False, 3)]
    assert listing(client, run_id, "copies/of it") == [("copies/of it/top.txt", False, 3)]


def test_nothing_there(client, run_id):
    assert listing(client, run_id) == []
    assert listing(client, run_id, "missing") == []


def test_listing_a_file_shows_nothing_below_it(client, run_id, folder):
    client.log_artifact(run_id, str(folder / "top.txt"))
    assert listing(client, run_id, "top.txt") == []


def test_download_of_one_file(client, run_id, folder, tmp_path):
    client.log_artifacts(run_id, str(folder))
    path = client.download_artifacts(run_id, "nested/deeper/bottom.bin", str(tmp_path))
    with open(path, "rb") as file:
        assert file.read() == bytes(range(256))


def test_download_of_a_folder(client, run_id, folder, tmp_path):
    client.log_artifacts(run_id, str(folder))
    target = tmp_path / "download"
    target.mkdir()
    path = download_artifacts(run_id=run_id, artifact_path="nested", dst_path=str(target))
    assert sorted(os.listdir(path)) == ["deeper", "middle.csv"]
    everything = download_artifacts(artifact_uri=f"runs:/{run_id}/", dst_path=str(target))
    assert sorted(os.listdir(everything)) == ["nested", "top.txt"]


@pytest.mark.parametrize("name", ["with space.txt", "ключ-✅.txt", "plus+and&.txt", ".hidden", "a=b;c.txt"])
def test_names_that_need_care(client, run_id, tmp_path, name):
    source = tmp_path / name
    source.write_text(name)
    client.log_artifact(run_id, str(source), "odd names")
    assert [path for path, _, _ in listing(client, run_id, "odd names")] == [f"odd names/{name}"]
    downloaded = client.download_artifacts(run_id, f"odd names/{name}", str(tmp_path))
    with open(downloaded) as file:
        assert file.read() == name


def test_larger_file_comes_back_unchanged(client, run_id, tmp_path):
    content = os.urandom(1 << 20) * 24
    source = tmp_path / "weights.bin"
    source.write_bytes(content)
    client.log_artifact(run_id, str(source))
    assert listing(client, run_id) == [("weights.bin", False, len(content))]
    target = tmp_path / "again"
    target.mkdir()
    with open(client.download_artifacts(run_id, "weights.bin", str(target)), "rb") as file:
        assert hashlib.sha256(file.read()).digest() == hashlib.sha256(content).digest()


def test_client_that_asks_for_parts(client, run_id, tmp_path, monkeypatch):
    """A server without direct access to its storage says so, and the client sends the file whole."""
    for direction in ("UPLOAD", "DOWNLOAD"):
        monkeypatch.setenv(f"MLFLOW_ENABLE_PROXY_MULTIPART_{direction}", "true")
        monkeypatch.setenv(f"MLFLOW_MULTIPART_{direction}_MINIMUM_FILE_SIZE", str(1 << 20))
        monkeypatch.setenv(f"MLFLOW_MULTIPART_{direction}_CHUNK_SIZE", str(5 << 20))
    content = os.urandom(12 << 20)
    (tmp_path / "parts.bin").write_bytes(content)
    client.log_artifact(run_id, str(tmp_path / "parts.bin"), "big")
    (tmp_path / "again").mkdir()
    with open(client.download_artifacts(run_id, "big/parts.bin", str(tmp_path / "again")), "rb") as file:
        assert file.read() == content


def test_many_files(client, run_id, tmp_path):
    root = tmp_path / "many"
    root.mkdir()
    for number in range(60):
        (root / f"{number:03}.txt").write_text(str(number))
    client.log_artifacts(run_id, str(root), "many")
    assert [path for path, _, _ in listing(client, run_id, "many")] == [f"many/{n:03}.txt" for n in range(60)]


def test_by_the_uri_of_the_run(run_id, folder):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_artifact(str(folder / "top.txt"), "sub")
        assert mlflow.get_artifact_uri("sub/top.txt").endswith(f"{run_id}/artifacts/sub/top.txt")
    assert [file.path for file in list_artifacts(run_id=run_id)] == ["sub"]
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/sub/top.txt") == "top"


def test_deleting(client, run_id, folder):
    client.log_artifacts(run_id, str(folder))
    get_artifact_repository(client.get_run(run_id).info.artifact_uri).delete_artifacts("nested")
    assert listing(client, run_id) == [("top.txt", False, 3)]


@pytest.mark.parametrize("path", ["../up.txt", "a/../../up.txt", "/etc/passwd"])
def test_paths_that_climb_out(client, run_id, path, tmp_path):
    with pytest.raises((mlflow.MlflowException, HTTPError)):
        client.download_artifacts(run_id, path, str(tmp_path))
