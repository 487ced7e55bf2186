"""Models whose bytes go through the server's own API, `/api/v1`, and through MLflow: each gives what the other took."""

import hashlib
import io
import pickle
import tarfile
import zipfile
from pathlib import Path

import mlflow
import pytest
import requests
from mlflow.artifacts import download_artifacts
from support import log_model, unique_name


@pytest.fixture(scope="module")
def models(url) -> str:
    """The collection's URL."""
    if requests.get(f"{url}/api/v1/models", timeout=60).status_code == 404:
        pytest.skip("the server has no such API")
    return f"{url}/api/v1/models"


@pytest.fixture
def folder(model, tmp_path) -> Path:
    """A model as MLflow saves it."""
    mlflow.sklearn.save_model(model, tmp_path / "saved", pip_requirements=[])
    return tmp_path / "saved"


@pytest.fixture(scope="module")
def registered(client, model) -> str:
    """The name of a model with one version that MLflow logged."""
    name = unique_name("logged")
    with mlflow.start_run(experiment_id=client.create_experiment(name)):
        log_model(model, registered_model_name=name)
    return name


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pack(folder: Path, mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        archive.add(folder, arcname=".")
    return packed.getvalue()


def unpack(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        return {member.name: members.extractfile(member).read() for member in members}


def unzip(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        assert members.testzip() is None
        return {name: members.read(name) for name in members.namelist()}


def get(address: str, **options) -> requests.Response:
    answer = requests.get(address, timeout=60, **options)
    answer.raise_for_status()
    return answer


def the_version(models: str, name: str) -> dict:
    [version] = get(models, params={"name": name}).json()["models"]
    return version


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_packed_folder_loads(models, folder, data, mode):
    name = unique_name("packed")
    answer = requests.post(models, params={"name": name, "unpack": "tar"}, data=pack(folder, mode), timeout=60)
    assert answer.status_code == 201, answer.text
    loaded = mlflow.pyfunc.load_model(f"models:/{name}/1")
    assert list(loaded.predict(data.features)) == data.labels
    downloaded = download_artifacts(artifact_uri=f"models:/{name}/1")
    found = files_of(Path(downloaded))
    # The client's own note of where it was downloaded from.
    found.pop("registered_model_meta", None)
    assert found == files_of(folder)


@pytest.mark.parametrize(("kind", "read"), [("tar", unpack), ("zip", unzip)])
def test_a_logged_model_comes_as_an_archive(models, registered, kind, read):
    version = the_version(models, registered)
    assert version["is_folder"]
    files = get(f"{models}/{version['metadata_id']}/files").json()["files"]
    one_by_one = {file["path"]: get(file["url"]).content for file in files}
    assert "MLmodel" in one_by_one
    assert all(hashlib.sha256(one_by_one[file["path"]]).hexdigest() == file["sha256"] for file in files)
    archive = get(f"{models}/{version['metadata_id']}/archive/model.{kind}")
    assert len(archive.content) == int(archive.headers["Content-Length"])
    assert read(archive.content) == one_by_one


def test_an_archive_of_a_logged_model_loads(models, registered, data, tmp_path):
    version = the_version(models, registered)
    archive = get(f"{models}/{version['metadata_id']}/content").content
    with tarfile.open(fileobj=io.BytesIO(archive)) as members:
        members.extractall(tmp_path / "extracted")
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "extracted"))
    assert list(loaded.predict(data.features)) == data.labels


def test_an_interrupted_archive_goes_on(models, registered):
    version = the_version(models, registered)
    address = f"{models}/{version['metadata_id']}/archive/model.tar"
    whole = get(address)
    half = len(whole.content) // 2
    rest = get(address, headers={"Range": f"bytes={half}-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert whole.content[:half] + rest.content == whole.content


def test_a_single_file_is_downloaded_by_mlflow(client, models, model, data):
    name = unique_name("single")
    parameters = {"name": name, "file_extension": "pkl", "storage_group": "ml-models"}
    stored = requests.post(models, params=parameters, data=pickle.dumps(model), timeout=60)
    assert stored.status_code == 201, stored.text
    assert client.get_model_version(name, "1").source == stored.json()["uri"]
    downloaded = Path(download_artifacts(artifact_uri=f"models:/{name}/1"))
    loaded = pickle.loads((downloaded / f"{name}.pkl").read_bytes())
    assert list(loaded.predict(data.features)) == data.labels


def test_the_files_of_a_stored_model_stay_as_they_are(models, folder, url):
    name = unique_name("kept")
    stored = requests.post(models, params={"name": name, "unpack": "tar"}, data=pack(folder), timeout=60).json()
    address = f"{url}/api/2.0/mlflow-artifacts/artifacts/{stored['storage_path']}/MLmodel"
    assert get(address).content == (folder / "MLmodel").read_bytes()
    assert requests.put(address, data=b"other", timeout=60).status_code == 400
    assert requests.delete(address, timeout=60).status_code == 400
    assert get(address).content == (folder / "MLmodel").read_bytes()
