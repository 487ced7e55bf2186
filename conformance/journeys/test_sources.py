"""The source of a version is its model artifact: one place, two names for it."""

import mlflow
import requests
from mr_openapi import Artifact, DocArtifact, ModelArtifact, ModelVersionCreate
from support import unique_name


def artifacts_of(kubeflow, name, version):
    found = kubeflow.all("get_model_version_artifacts", kubeflow.version(name, version).id)
    return [artifact.actual_instance for artifact in found]


def test_mlflows_source_is_a_model_artifact(kubeflow, mlflow_model):
    artifact = kubeflow.registry.get_model_artifact(mlflow_model.name, "1")
    assert (artifact.name, artifact.uri, artifact.state.value) == (mlflow_model.name, "s3://bucket/churn", "LIVE")
    assert artifact.model_format_name == "mlflow"
    assert [found.id for found in artifacts_of(kubeflow, mlflow_model.name, "1")] == [artifact.id]


def test_kubeflows_artifact_is_the_source(mlflow_client, kubeflow_model):
    seen = mlflow_client.get_model_version(kubeflow_model.name, "1")
    assert seen.source == "s3://bucket/churn"
    assert mlflow_client.get_model_version_download_uri(kubeflow_model.name, "1") == "s3://bucket/churn"
    assert seen.status == "READY"


def test_kubeflow_registers_a_version_of_mlflows_model(mlflow_client, kubeflow, mlflow_model):
    kubeflow.register(mlflow_model.name, "v2-final", uri="s3://bucket/final", metadata={"approved": True})
    seen = mlflow_client.get_model_version(mlflow_model.name, "2")
    assert (seen.source, seen.tags, seen.user_id) == ("s3://bucket/final", {"approved": "true"}, "Ada Lovelace")
    assert mlflow_client.get_registered_model(mlflow_model.name).description == "made by MLflow"


def test_kubeflow_moves_the_model(mlflow_client, kubeflow, kubeflow_model):
    artifact = kubeflow.registry.get_model_artifact(kubeflow_model.name, "v1-first")
    artifact.uri = "s3://elsewhere/churn"
    kubeflow.registry.update(artifact)
    assert mlflow_client.get_model_version(kubeflow_model.name, "1").source == "s3://elsewhere/churn"
    assert mlflow_client.get_model_version_download_uri(kubeflow_model.name, "1") == "s3://elsewhere/churn"


def test_kubeflow_moves_mlflows_model(mlflow_client, kubeflow, mlflow_model):
    artifact = kubeflow.registry.get_model_artifact(mlflow_model.name, "1")
    kubeflow.update("model_artifact", artifact.id, artifactType="model-artifact", uri="gs://new")
    assert mlflow_client.get_model_version_download_uri(mlflow_model.name, "1") == "gs://new"


def test_the_artifact_is_found_after_a_rename(mlflow_client, kubeflow, mlflow_model):
    """Kubeflow's client looks for the artifact that is called as its model."""
    renamed = unique_name("renamed")
    mlflow_client.rename_registered_model(mlflow_model.name, renamed)
    assert kubeflow.registry.get_model_artifact(renamed, "1").uri == "s3://bucket/churn"


def test_a_version_without_an_artifact_has_no_source(mlflow_client, kubeflow, mlflow_model):
    model = kubeflow.model(mlflow_model.name)
    version = kubeflow.call("create_model_version", ModelVersionCreate(name="bare", registered_model_id=model.id))
    assert not mlflow_client.get_model_version(mlflow_model.name, "2").source
    body = ModelArtifact(artifactType="model-artifact", name="late", uri="s3://bucket/late")
    kubeflow.call("upsert_model_version_artifact", version.id, Artifact(body))
    assert mlflow_client.get_model_version(mlflow_model.name, "2").source == "s3://bucket/late"


def test_the_first_model_artifact_is_the_source(mlflow_client, kubeflow, kubeflow_model):
    version = kubeflow.version(kubeflow_model.name, "v1-first")
    for body in (
        DocArtifact(artifactType="doc-artifact", name="card", uri="https://docs.example/card"),
        ModelArtifact(artifactType="model-artifact", name="quantised", uri="s3://bucket/int8"),
    ):
        kubeflow.call("upsert_model_version_artifact", version.id, Artifact(body))
    assert len(artifacts_of(kubeflow, kubeflow_model.name, "v1-first")) == 3
    assert mlflow_client.get_model_version(kubeflow_model.name, "1").source == "s3://bucket/churn"


def test_a_logged_model_that_mlflow_registers(mlflow_client, kubeflow, name, experiment_id):
    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(name="model", python_model=predict, pip_requirements=[])
    registered = mlflow.register_model(info.model_uri, name, await_registration_for=0)
    artifact = kubeflow.registry.get_model_artifact(name, "1")
    assert artifact.uri == registered.source
    assert mlflow.pyfunc.load_model(f"models:/{name}/1").predict(["a"]) == ["A"]


def predict(model_input: list[str]) -> list[str]:
    return [text.upper() for text in model_input]


def test_kubeflow_registers_what_a_run_has_logged(mlflow_client, kubeflow, name, experiment_id, tmp_path):
    """With the run of the version, a uri among its files is one that MLflow loads."""
    mlflow.pyfunc.save_model(tmp_path / "saved", python_model=predict, pip_requirements=[])
    with mlflow.start_run() as run:
        mlflow.log_artifacts(tmp_path / "saved", "model")
    kubeflow.register(name, "v1", uri=f"{run.info.artifact_uri}/model", metadata={"mlflow.run_id": run.info.run_id})
    assert mlflow_client.get_model_version(name, "1").run_id == run.info.run_id
    assert mlflow.pyfunc.load_model(f"models:/{name}/1").predict(["a"]) == ["A"]


def test_mlflow_copies_kubeflows_version(mlflow_client, kubeflow, kubeflow_model):
    copy = mlflow_client.copy_model_version(f"models:/{kubeflow_model.name}/1", unique_name("copy"))
    assert mlflow_client.get_model_version_download_uri(copy.name, copy.version) == "s3://bucket/churn"
    assert kubeflow.registry.get_model_artifact(copy.name, "1").uri == copy.source


def test_kubeflow_opens_no_files_of_the_server(url, mlflow_client, kubeflow, name, experiment_id):
    """A uri that Kubeflow gives is data. It is no key to files: neither of the machine, nor of runs."""
    with mlflow.start_run() as run:
        mlflow.log_text("secret", "notes/secret.txt")
    for number, (uri, path) in enumerate([("file:///etc", "passwd"), (f"{run.info.artifact_uri}/notes", "secret.txt")], 1):
        kubeflow.register(name, f"v{number}", uri=uri)
        query = {"name": name, "version": str(number), "path": path}
        answer = requests.get(f"{url}/model-versions/get-artifact", query, timeout=20)
        assert 400 <= answer.status_code < 500, answer.text


def test_prompts_have_no_model_artifact(kubeflow, name):
    mlflow.genai.register_prompt(name, "Summarise {{ text }}")
    assert artifacts_of(kubeflow, name, "1") == []
