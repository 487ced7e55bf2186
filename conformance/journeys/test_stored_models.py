"""Models that came with their bytes, by the binary API, as both clients see them, and the other way round."""

import hashlib
import io
import json
import tarfile

import mlflow
import pytest
import requests

BYTES = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(BYTES).hexdigest()


@pytest.fixture
def models(url) -> str:
    return f"{url}/api/v1/models"


@pytest.fixture
def stored(models, name) -> dict:
    """A model with one version, uploaded as a form."""
    metadata = {
        "name": name,
        "version": "1.0.0",
        "id": f"id-{name}",
        "file_extension": "pkl",
        "storage_group": "ml-models",
        "description": "made of bytes",
        "framework": "sklearn",
        "metrics": {"accuracy": 0.95},
        "parameters": {"n_estimators": 100},
        "tags": {"team": "growth"},
    }
    return upload(models, metadata, BYTES)


def upload(models: str, metadata: dict, content: bytes) -> dict:
    answer = requests.post(models, data={"metadata": json.dumps(metadata)}, files={"file": content}, timeout=30)
    assert answer.status_code == 201, answer.text
    return answer.json()


def get(models: str, reference: str) -> requests.Response:
    return requests.get(f"{models}/{reference}", timeout=30)


def test_mlflow_downloads_what_was_uploaded(mlflow_client, stored, name, tmp_path):
    folder = mlflow.artifacts.download_artifacts(f"models:/{name}/1", dst_path=str(tmp_path))
    assert (tmp_path / f"{name}.pkl").read_bytes() == BYTES, folder
    version = mlflow_client.get_model_version(name, "1")
    assert (version.description, version.tags["team"], version.source) == ("made of bytes", "growth", stored["uri"])


def test_kubeflow_sees_a_version_with_its_artifact(kubeflow, stored, name):
    version = kubeflow.version(name, "1.0.0")
    assert (version.id, version.external_id) == (stored["metadata_id"], f"id-{name}")
    artifact = kubeflow.registry.get_model_artifact(name, "1.0.0")
    assert (artifact.uri, artifact.model_format_name) == (stored["uri"], "sklearn")
    found = kubeflow.all("get_model_version_artifacts", version.id)
    kinds = {each.actual_instance.artifact_type: each.actual_instance for each in found}
    assert (kinds["metric"].name, kinds["metric"].value) == ("accuracy", 0.95)
    assert (kinds["parameter"].name, kinds["parameter"].value) == ("n_estimators", "100")


def test_the_uri_that_kubeflow_shows_can_be_downloaded(kubeflow, stored, name):
    answer = requests.get(kubeflow.registry.get_model_artifact(name, "1.0.0").uri, timeout=30)
    assert hashlib.sha256(answer.content).hexdigest() == stored["sha256"] == DIGEST


def test_an_artifact_that_kubeflow_sends_back_keeps_its_files(mlflow_client, kubeflow, stored, name):
    artifact = kubeflow.registry.get_model_artifact(name, "1.0.0")
    artifact.description = "looked at"
    kubeflow.registry.update(artifact)
    location = mlflow_client.get_model_version_download_uri(name, "1")
    assert location.startswith("mlflow-artifacts:/registered-models/ml-models/")


def test_what_others_change_is_seen(mlflow_client, kubeflow, models, stored, name):
    mlflow_client.set_registered_model_alias(name, "champion", "1")
    mlflow_client.set_model_version_tag(name, "1", "checked", "yes")
    mlflow_client.transition_model_version_stage(name, "1", "Production")
    seen = get(models, stored["metadata_id"]).json()
    assert (seen["aliases"], seen["stage"]) == (["champion"], "Production")
    assert seen["tags"]["checked"] == "yes"
    requests.patch(f"{models}/{seen['id']}", json={"tags": {"checked": None}, "metrics": {"f1": 0.5}}, timeout=30)
    assert "checked" not in mlflow_client.get_model_version(name, "1").tags
    found = kubeflow.all("get_model_version_artifacts", stored["metadata_id"])
    metrics = [each.actual_instance for each in found if each.actual_instance.artifact_type == "metric"]
    assert {metric.name: metric.value for metric in metrics} == {"accuracy": 0.95, "f1": 0.5}


def test_a_renamed_model_keeps_its_files(mlflow_client, models, stored, name):
    mlflow_client.rename_registered_model(name, f"{name}-renamed")
    assert get(models, stored["metadata_id"]).json()["name"] == f"{name}-renamed"
    assert get(models, f"{stored['metadata_id']}/content").content == BYTES


def test_an_archived_version_is_gone_and_comes_back(kubeflow, mlflow_client, models, stored, name):
    kubeflow.update("model_version", stored["metadata_id"], state="ARCHIVED")
    assert get(models, stored["metadata_id"]).status_code == 404
    kubeflow.update("model_version", stored["metadata_id"], state="LIVE")
    assert get(models, f"{stored['metadata_id']}/content").content == BYTES
    mlflow_client.delete_model_version(name, "1")
    assert get(models, stored["metadata_id"]).status_code == 404


def test_a_version_of_bytes_joins_a_model_of_another_client(kubeflow, models, mlflow_model):
    stored = upload(models, {"name": mlflow_model.name, "version": "bytes"}, b"second")
    assert stored["version_number"] == 2
    kubeflow.register(mlflow_model.name, "third", uri="s3://bucket/third")
    listed = requests.get(models, params={"name": mlflow_model.name}, timeout=30).json()["models"]
    assert [model["version"] for model in listed] == ["third", "bytes", "1"]
    assert listed[0]["uri"] == "s3://bucket/third"
    assert (listed[0]["storage_path"], listed[0]["sha256"]) == (None, None)


def test_a_copy_by_mlflow_shares_the_files_and_keeps_them(mlflow_client, models, stored, name):
    copy = mlflow_client.copy_model_version(f"models:/{name}/1", f"{name}-copy")
    requests.delete(f"{models}/{stored['metadata_id']}", timeout=30)
    [seen] = requests.get(models, params={"name": copy.name}, timeout=30).json()["models"]
    assert seen["sha256"] == DIGEST
    assert get(models, f"{seen['metadata_id']}/content").content == BYTES


def test_what_mlflow_has_logged_is_downloaded_as_an_archive(models, name):
    class Doubles(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input: list[int]) -> list[int]:
            return [2 * each for each in model_input]

    with mlflow.start_run():
        mlflow.pyfunc.log_model(name="model", python_model=Doubles(), registered_model_name=name)
    [seen] = requests.get(models, params={"name": name}, timeout=30).json()["models"]
    assert (seen["is_folder"], seen["storage_group"], seen["sha256"]) == (True, "mlflow", None)
    archive = tarfile.open(fileobj=io.BytesIO(get(models, f"{seen['metadata_id']}/content").content))
    listed = get(models, f"{seen['metadata_id']}/files").json()["files"]
    assert "MLmodel" in [file["path"] for file in listed]
    for file in listed:
        content = archive.extractfile(file["path"]).read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
        assert requests.get(file["url"], timeout=30).content == content
