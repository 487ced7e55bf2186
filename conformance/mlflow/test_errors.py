"""The error codes that programs branch on."""

import mlflow
import pytest
import requests
from mlflow.entities import Metric, Param, RunTag
from support import create_versions, error_code_of

MISSING_RUN = "0" * 32


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda c: c.get_run(MISSING_RUN), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.set_tag(MISSING_RUN, "a", "b"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.log_param(MISSING_RUN, "a", "b"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.update_run(MISSING_RUN, status="FINISHED"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.restore_run(MISSING_RUN), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.list_artifacts(MISSING_RUN), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.get_experiment("987654321"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.delete_experiment("987654321"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.get_registered_model("no such model"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.get_model_version("no such model", "1"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.get_latest_versions("no such model"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.create_model_version("no such model", "s3://a/b"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.rename_registered_model("no such model", "other"), "RESOURCE_DOES_NOT_EXIST"),
        (lambda c: c.create_experiment(""), "INVALID_PARAMETER_VALUE"),
        (lambda c: c.create_experiment("x" * 501), "INVALID_PARAMETER_VALUE"),
        (lambda c: c.search_runs(["0"], max_results=50_001), "INVALID_PARAMETER_VALUE"),
        (lambda c: c.search_experiments(max_results=50_001), "INVALID_PARAMETER_VALUE"),
        (lambda c: c.search_registered_models(max_results=1_001), "INVALID_PARAMETER_VALUE"),
        (lambda c: c.search_runs(["0"], page_token="not a token"), "INVALID_PARAMETER_VALUE"),
    ],
)
def test_usual_mistakes(client, call, code):
    assert error_code_of(lambda: call(client)) == code


@pytest.mark.parametrize(
    "entities",
    [
        {"metrics": [Metric("m", 1.0, 1, step) for step in range(1001)]},
        {"params": [Param(f"p{number}", "x") for number in range(101)]},
        {"tags": [RunTag(f"t{number}", "x") for number in range(101)]},
    ],
)
def test_batches_over_the_limit(url, run_id, entities):
    """The Python client splits or checks batches itself, so the limit is asked of the wire."""
    body = {kind: [dict(entity) for entity in listed] for kind, listed in entities.items()}
    answer = requests.post(f"{url}/api/2.0/mlflow/runs/log-batch", json={"run_id": run_id, **body}, timeout=30)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_message_says_what_is_missing(client):
    with pytest.raises(mlflow.MlflowException, match=f"Run with id={MISSING_RUN} not found"):
        client.get_run(MISSING_RUN)
    with pytest.raises(mlflow.MlflowException, match="Registered Model with name=no such model not found"):
        client.get_registered_model("no such model")


def test_status_and_envelope_on_the_wire(url, client, model_name):
    create_versions(client, model_name, 1)

    def post(path, body):
        answer = requests.post(f"{url}/api/2.0/mlflow/{path}", json=body, timeout=30)
        return answer.status_code, answer.json()["error_code"], bool(answer.json()["message"])

    assert post("registered-models/create", {"name": model_name}) == (400, "RESOURCE_ALREADY_EXISTS", True)
    assert post("registered-models/create", {}) == (400, "INVALID_PARAMETER_VALUE", True)
    assert post("runs/delete", {"run_id": MISSING_RUN}) == (404, "RESOURCE_DOES_NOT_EXIST", True)


def test_unknown_endpoint(url):
    assert requests.get(f"{url}/api/2.0/mlflow/no-such-thing", timeout=30).status_code == 404


def test_source_of_another_run_is_refused(client, logged, run_id, model_name):
    """Files may be registered only from the run that the version names."""
    client.create_registered_model(model_name)
    foreign = f"{client.get_run(logged.run_id).info.artifact_uri}/model"

    def register():
        client.create_model_version(model_name, foreign, run_id=run_id)

    assert error_code_of(register) == "INVALID_PARAMETER_VALUE"
    assert list(client.search_model_versions(f"name='{model_name}'")) == []


@pytest.mark.parametrize("source", ["/etc/passwd", "file:///etc/passwd", "mlflow-artifacts:/../secret"])
def test_source_on_the_servers_disk_is_refused(client, model_name, source):
    client.create_registered_model(model_name)
    assert error_code_of(lambda: client.create_model_version(model_name, source)) == "INVALID_PARAMETER_VALUE"
