"""Large files in parts by signed URLs, where the client is told to; a server that has none lets it fall back to the proxy."""

import os

import mlflow
import pytest
from mlflow.artifacts import download_artifacts

PART = 5 * 1024 * 1024
CONTENT = os.urandom(2 * PART + 12345)


@pytest.fixture(autouse=True)
def in_parts(monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD", "true")
    monkeypatch.setenv("MLFLOW_ENABLE_PROXY_MULTIPART_DOWNLOAD", "true")
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE", str(PART))
    monkeypatch.setenv("MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE", str(PART))
    monkeypatch.setenv("MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE", str(PART))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "模型 1.bin"
    path.write_bytes(CONTENT)
    return path


def test_a_large_file_goes_up_and_down(client, run_id, file, tmp_path):
    client.log_artifact(run_id, str(file), "big/files")
    assert [(entry.path, entry.file_size) for entry in client.list_artifacts(run_id, "big/files")] == [
        ("big/files/模型 1.bin", len(CONTENT))
    ]
    local = client.download_artifacts(run_id, "big/files/模型 1.bin", str(tmp_path))
    with open(local, "rb") as downloaded:
        assert downloaded.read() == CONTENT


def test_a_folder_with_small_and_large_files(client, run_id, file, tmp_path):
    (file.parent / "small.txt").write_text("small")
    client.log_artifacts(run_id, str(file.parent))
    target = tmp_path / "down"
    target.mkdir()
    download_artifacts(run_id=run_id, dst_path=str(target))
    assert (target / file.name).read_bytes() == CONTENT
    assert (target / "small.txt").read_text() == "small"


def test_a_large_file_takes_the_place_of_another(client, run_id, file):
    client.log_artifact(run_id, str(file))
    file.write_bytes(CONTENT[::-1])
    client.log_artifact(run_id, str(file))
    with open(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=file.name), "rb") as downloaded:
        assert downloaded.read() == CONTENT[::-1]
