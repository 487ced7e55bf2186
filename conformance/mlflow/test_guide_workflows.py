"""The workflows of the model registry guide, as a team would run them."""

import random
from datetime import datetime

import mlflow
import pytest
from support import create_versions, log_model


def tags_of(client, name, version):
    return client.get_model_version(name, version).tags


def test_approval(client, experiment_id, model, data, model_name):
    with mlflow.start_run():
        log_model(model, registered_model_name=model_name)
        run_id = mlflow.active_run().info.run_id

    version = client.get_latest_versions(model_name)[0].version
    client.update_model_version(model_name, version, description=f"Accuracy: 95%, F1: 0.93, Run: {run_id}")
    client.set_model_version_tag(model_name, version, "status", "awaiting_review")

    assert model.score(data.features, data.labels) > 0.9
    client.set_model_version_tag(model_name, version, "status", "approved")
    client.transition_model_version_stage(model_name, version, "Staging")
    client.transition_model_version_stage(model_name, version, "Production", archive_existing_versions=True)
    client.set_model_version_tag(model_name, version, "deployed_by", "ml-ops-team")

    deployed = client.get_latest_versions(model_name, stages=["Production"])[0]
    assert deployed.run_id == run_id
    assert deployed.tags == {"status": "approved", "deployed_by": "ml-ops-team"}
    served = mlflow.pyfunc.load_model(f"models:/{model_name}/Production")
    assert list(served.predict(data.features)) == data.labels


def test_champion_against_challenger(client, experiment_id, model, opposite_model, data, model_name):
    for candidate in (opposite_model, model):
        with mlflow.start_run():
            log_model(candidate, registered_model_name=model_name)
    client.set_registered_model_alias(name=model_name, alias="champion", version="1")
    client.set_registered_model_alias(name=model_name, alias="challenger", version="2")

    def model_for_request():
        alias = "champion" if random.random() < 0.9 else "challenger"
        return mlflow.pyfunc.load_model(f"models:/{model_name}@{alias}")

    assert len(model_for_request().predict(data.features)) == len(data.labels)
    scores = {}
    for alias in ("champion", "challenger"):
        predicted = mlflow.pyfunc.load_model(f"models:/{model_name}@{alias}").predict(data.features)
        scores[alias] = sum(predicted == data.labels)
    assert scores["challenger"] > scores["champion"]

    client.set_registered_model_alias(name=model_name, alias="champion", version="2")
    client.delete_registered_model_alias(name=model_name, alias="challenger")
    champion = mlflow.pyfunc.load_model(f"models:/{model_name}@champion")
    assert list(champion.predict(data.features)) == data.labels
    assert client.get_registered_model(model_name).aliases.keys() == {"champion"}


def test_rollback(client, model_name):
    create_versions(client, model_name, 5)
    client.transition_model_version_stage(model_name, "5", "Production")

    previous = "4"
    client.transition_model_version_stage(model_name, previous, "Production", archive_existing_versions=True)
    client.set_model_version_tag(model_name, previous, "rollback_reason", "Performance degradation in production")
    client.set_model_version_tag(model_name, previous, "rollback_date", "2025-01-15")

    assert [str(version.version) for version in client.get_latest_versions(model_name, ["Production"])] == ["4"]
    assert client.get_model_version(model_name, "5").current_stage == "Archived"
    assert tags_of(client, model_name, previous)["rollback_date"] == "2025-01-15"


def promote_to_production(client, name, version, min_accuracy=0.9):
    tags = tags_of(client, name, version)
    if tags.get("validation_status") != "approved":
        raise ValueError("Model not approved for production")
    if float(tags.get("accuracy", 0)) < min_accuracy:
        raise ValueError("Accuracy below threshold")
    client.transition_model_version_stage(name, version, "Production", archive_existing_versions=True)
    client.set_model_version_tag(name, version, "deployed_date", datetime.now().isoformat())


def test_approval_gate(client, model_name):
    create_versions(client, model_name, 2)
    client.transition_model_version_stage(model_name, "1", "Production")

    with pytest.raises(ValueError, match="not approved"):
        promote_to_production(client, model_name, "2")
    client.set_model_version_tag(model_name, "2", "validation_status", "approved")
    client.set_model_version_tag(model_name, "2", "accuracy", "0.85")
    with pytest.raises(ValueError, match="below threshold"):
        promote_to_production(client, model_name, "2")
    client.set_model_version_tag(model_name, "2", "accuracy", "0.952")
    promote_to_production(client, model_name, "2")

    assert client.get_model_version(model_name, "2").current_stage == "Production"
    assert client.get_model_version(model_name, "1").current_stage == "Archived"
    assert "deployed_date" in tags_of(client, model_name, "2")


def test_lineage(client, experiment_id, model, model_name):
    with mlflow.start_run(run_name="product-classifier-training") as run:
        mlflow.log_params({"C": 100})
        mlflow.log_metrics({"accuracy": 0.95})
        log_model(model, registered_model_name=model_name)

    version = client.get_latest_versions(model_name)[0].version
    client.set_model_version_tag(model_name, version, "training_run_id", run.info.run_id)
    client.set_model_version_tag(model_name, version, "dataset_version", "imagenet-v2-2025-01")

    trained_by = client.get_run(client.get_model_version(model_name, version).run_id)
    assert trained_by.info.run_name == "product-classifier-training"
    assert (trained_by.data.params, trained_by.data.metrics) == ({"C": "100"}, {"accuracy": 0.95})
    assert tags_of(client, model_name, version)["training_run_id"] == run.info.run_id


def test_comprehensive_metadata(client, model_name):
    create_versions(client, model_name, 1)
    tags = {
        "accuracy": "0.952",
        "inference_time_ms": "15",
        "dataset": "imagenet-subset",
        "validation_status": "approved",
        "test_date": "2025-01-10",
        "environment": "production",
        "owner": "data-science-team",
    }
    for key, value in tags.items():
        client.set_model_version_tag(name=model_name, version="1", key=key, value=value)
    assert tags_of(client, model_name, "1") == tags
    (listed,) = client.search_model_versions(f"name='{model_name}'")
    assert listed.tags == tags
