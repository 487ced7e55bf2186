"""Every form of `models:/` that loads a model, told apart by what it predicts."""

import mlflow
import pytest
from support import log_model, unique_name


@pytest.fixture(scope="module")
def registered(client, model, opposite_model):
    """A model of two versions: the first predicts the labels, the second their opposite."""
    name = unique_name("loaded")
    experiment = client.create_experiment(unique_name("loaded"))
    for candidate in (model, opposite_model):
        with mlflow.start_run(experiment_id=experiment):
            log_model(candidate, registered_model_name=name)
    client.transition_model_version_stage(name, 1, "Production")
    client.transition_model_version_stage(name, 2, "Staging")
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "challenger", "2")
    return name


@pytest.mark.parametrize("reference", ["/1", "/Production", "/production", "@champion"])
def test_first_version(registered, data, reference):
    loaded = mlflow.pyfunc.load_model(f"models:/{registered}{reference}")
    assert list(loaded.predict(data.features)) == data.labels


@pytest.mark.parametrize("reference", ["/2", "/Staging", "/latest", "@challenger", "@latest"])
def test_second_version(registered, data, reference):
    loaded = mlflow.pyfunc.load_model(f"models:/{registered}{reference}")
    assert list(loaded.predict(data.features)) == [1 - label for label in data.labels]


def test_in_its_own_flavor(registered, data, model):
    loaded = mlflow.sklearn.load_model(f"models:/{registered}@champion")
    assert type(loaded) is type(model)
    assert list(loaded.predict(data.features)) == data.labels


def test_from_its_run(logged, data):
    loaded = mlflow.pyfunc.load_model(f"runs:/{logged.run_id}/model")
    assert list(loaded.predict(data.features)) == data.labels


def test_model_info(registered):
    info = mlflow.models.get_model_info(f"models:/{registered}@champion")
    assert "python_function" in info.flavors
    assert "sklearn" in info.flavors


def test_downloading_the_files(registered, tmp_path):
    folder = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{registered}/1", dst_path=str(tmp_path / "files"))
    assert "MLmodel" in {path.name for path in (tmp_path / "files").rglob("*")}
    assert folder


@pytest.mark.parametrize("reference", ["/7", "@nobody", "/Archived"])
def test_what_does_not_exist(registered, reference):
    with pytest.raises(mlflow.MlflowException):
        mlflow.pyfunc.load_model(f"models:/{registered}{reference}")
