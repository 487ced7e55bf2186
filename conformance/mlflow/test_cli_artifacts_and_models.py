"""`mlflow artifacts`, and the `mlflow models` commands that read a model from the server."""

import json

import mlflow
import pytest
from support import log_model


def test_artifacts_logged_listed_downloaded(client, cli, run_id, tmp_path):
    (tmp_path / "note.txt").write_text("note")
    (tmp_path / "folder" / "nested").mkdir(parents=True)
    (tmp_path / "folder" / "nested" / "deep.txt").write_text("deep")
    cli("artifacts", "log-artifact", "--local-file", "note.txt", "--run-id", run_id, "--artifact-path", "notes")
    cli("artifacts", "log-artifacts", "--local-dir", "folder", "--run-id", run_id)

    listed = json.loads(cli("artifacts", "list", "--run-id", run_id))
    assert [(entry["path"], entry["is_dir"]) for entry in listed] == [("nested", True), ("notes", True)]
    below = json.loads(cli("artifacts", "list", "--run-id", run_id, "--artifact-path", "notes"))
    assert [(entry["path"], entry["is_dir"]) for entry in below] == [("notes/note.txt", False)]

    cli("artifacts", "download", "--run-id", run_id, "--artifact-path", "nested", "--dst-path", "down")
    assert (tmp_path / "down" / "nested" / "deep.txt").read_text() == "deep"
    cli("artifacts", "download", "--artifact-uri", f"runs:/{run_id}/notes/note.txt", "--dst-path", "down")
    assert (tmp_path / "down" / "note.txt").read_text() == "note"


@pytest.fixture
def champion(client, logged, model_name):
    mlflow.register_model(f"runs:/{logged.run_id}/model", model_name)
    client.set_registered_model_alias(model_name, "champion", "1")
    return f"models:/{model_name}@champion"


def test_predicting_with_a_registered_model(cli, champion, data, tmp_path):
    data.features.to_csv(tmp_path / "features.csv", index=False)
    cli(
        *("models", "predict", "--model-uri", champion, "--env-manager", "local"),
        *("--input-path", "features.csv", "--content-type", "csv", "--output-path", "predicted.json"),
    )
    assert json.loads((tmp_path / "predicted.json").read_text()) == {"predictions": data.labels}


def test_dockerfile_of_a_registered_model(cli, champion, tmp_path):
    cli("models", "generate-dockerfile", "--model-uri", champion, "--output-directory", "image")
    assert "MLmodel" in {path.name for path in (tmp_path / "image").rglob("*")}


def test_changing_the_requirements_of_a_logged_model(cli, experiment_id, model, tmp_path):
    with mlflow.start_run():
        info = log_model(model)
    cli("models", "update-pip-requirements", "-m", info.model_uri, "add", "chardet==5.2.0")
    mlflow.artifacts.download_artifacts(artifact_uri=info.model_uri, dst_path=str(tmp_path))
    (requirements,) = tmp_path.rglob("requirements.txt")
    assert "chardet==5.2.0" in requirements.read_text()
