"""Every way in which a model gets into the registry."""

import mlflow
import numpy as np
from mlflow.models import ModelSignature, infer_signature
from support import log_model, needs_mlflow_3


def test_while_logging(client, experiment_id, model, model_name):
    with mlflow.start_run() as run:
        info = log_model(model, registered_model_name=model_name)
    version = client.get_model_version(model_name, "1")
    assert version.run_id == run.info.run_id
    assert version.status == "READY"
    assert version.current_stage == "None"
    assert str(info.registered_model_version) == "1"


def test_from_a_run(client, logged, model_name):
    result = mlflow.register_model(f"runs:/{logged.run_id}/model", model_name)
    assert (result.name, str(result.version)) == (model_name, "1")
    assert client.get_model_version(model_name, "1").run_id == logged.run_id


def test_with_tags(client, logged, model_name):
    mlflow.register_model(f"runs:/{logged.run_id}/model", model_name, tags={"team": "vision"})
    assert client.get_model_version(model_name, "1").tags == {"team": "vision"}
    assert client.get_registered_model(model_name).tags == {}


@needs_mlflow_3
def test_from_a_logged_model(client, logged, model_name):
    version = mlflow.register_model(logged.model_uri, model_name)
    assert version.run_id == logged.run_id
    assert client.get_model_version(model_name, version.version).source == logged.model_uri


@needs_mlflow_3
def test_registration_is_noted_on_the_logged_model(client, experiment_id, model, model_name):
    info = log_model(model, registered_model_name=model_name)
    tag = client.get_logged_model(info.model_id).tags["mlflow.modelVersions"]
    assert model_name in tag


def test_from_another_registered_version(client, logged, model_name, unique):
    mlflow.register_model(f"runs:/{logged.run_id}/model", model_name)
    promoted = mlflow.register_model(f"models:/{model_name}/1", unique("promoted"))
    assert promoted.run_id == logged.run_id
    assert client.get_model_version_download_uri(promoted.name, promoted.version)


def test_copying_a_version(client, logged, model_name, data, unique):
    mlflow.register_model(f"runs:/{logged.run_id}/model", model_name)
    production = unique("production")
    copy = client.copy_model_version(f"models:/{model_name}/1", production)
    assert (copy.name, str(copy.version), copy.run_id) == (production, "1", logged.run_id)
    copied = mlflow.pyfunc.load_model(f"models:/{production}/1")
    assert list(copied.predict(data.features)) == data.labels


def test_by_the_low_level_client(client, logged, model_name):
    client.create_registered_model(model_name, tags={"task": "classification"}, description="of products")
    source = f"{client.get_run(logged.run_id).info.artifact_uri}/model"
    version = client.create_model_version(
        model_name, source, run_id=logged.run_id, tags={"stage": "candidate"}, description="the first"
    )
    assert version.source == source
    assert version.run_id == logged.run_id
    assert (version.description, version.tags) == ("the first", {"stage": "candidate"})
    registered = client.get_registered_model(model_name)
    assert (registered.description, registered.tags) == ("of products", {"task": "classification"})


def test_source_outside_of_any_run(client, model_name):
    client.create_registered_model(model_name)
    version = client.create_model_version(model_name, "s3://bucket/model", run_link="https://ci.example/17")
    assert client.get_model_version_download_uri(model_name, version.version) == "s3://bucket/model"
    assert client.get_model_version(model_name, version.version).run_link == "https://ci.example/17"


def test_with_signature(experiment_id, model, data, model_name):
    signature = infer_signature(data.features, model.predict(data.features))
    log_model(model, signature=signature, registered_model_name=model_name)
    loaded = mlflow.pyfunc.load_model(f"models:/{model_name}/1")
    assert isinstance(loaded.metadata.signature, ModelSignature)
    assert loaded.metadata.get_input_schema().input_names() == ["width", "height"]


def test_with_input_example(experiment_id, model, data, model_name):
    log_model(model, input_example=data.features.head(2), registered_model_name=model_name)
    loaded = mlflow.pyfunc.load_model(f"models:/{model_name}/1")
    assert loaded.metadata.get_input_schema().input_names() == ["width", "height"]
    assert np.array_equal(loaded.input_example["width"], [0.0, 1.0])
