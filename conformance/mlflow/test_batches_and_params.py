"""log_batch, and parameters that never change."""

import mlflow
import pytest
from mlflow.entities import Metric, Param, RunTag
from support import error_code_of


def test_everything_at_once(client, run_id):
    client.log_batch(
        run_id,
        metrics=[Metric("loss", 1 / (step + 1), 1000 + step, step) for step in range(1000 - 200)],
        params=[Param(f"p{number}", str(number)) for number in range(100)],
        tags=[RunTag(f"t{number}", str(number)) for number in range(100)],
    )
    data = client.get_run(run_id).data
    assert data.params == {f"p{number}": str(number) for number in range(100)}
    assert data.tags.items() >= {f"t{number}": str(number) for number in range(100)}.items()
    assert data.metrics == {"loss": 1 / 800}
    assert len(client.get_metric_history(run_id, "loss")) == 800


def test_more_than_a_batch_through_the_fluent_client(client, run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_params({f"p{number}": number for number in range(230)})
        mlflow.log_metrics({f"m{number}": number for number in range(1200)})
    data = client.get_run(run_id).data
    assert (len(data.params), len(data.metrics)) == (230, 1200)


def test_empty_batch(client, run_id):
    client.log_batch(run_id)
    assert client.get_run(run_id).data.metrics == {}


def test_bad_name_leaves_nothing(client, run_id):
    def log():
        client.log_batch(
            run_id,
            metrics=[Metric("good", 1.0, 1, 0), Metric("../bad", 1.0, 1, 0)],
            params=[Param("p", "1")],
            tags=[RunTag("t", "1")],
        )

    assert error_code_of(log) == "INVALID_PARAMETER_VALUE"
    data = client.get_run(run_id).data
    assert (data.metrics, data.params, "t" in data.tags) == ({}, {}, False)


def test_params_of_every_type_become_text(client, run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.log_params({"rate": 0.01, "layers": [64, 32], "none": None, "flag": True, "empty": ""})
    expected = {"rate": "0.01", "layers": "[64, 32]", "none": "None", "flag": "True", "empty": ""}
    assert client.get_run(run_id).data.params == expected


def test_same_value_again_is_no_error(client, run_id):
    client.log_param(run_id, "rate", 0.01)
    client.log_param(run_id, "rate", 0.01)
    client.log_batch(run_id, params=[Param("rate", "0.01")])
    assert client.get_run(run_id).data.params == {"rate": "0.01"}


def test_other_value_is_refused(client, run_id):
    client.log_param(run_id, "rate", 0.01)
    with pytest.raises(mlflow.MlflowException, match="rate") as single:
        client.log_param(run_id, "rate", 0.02)
    with pytest.raises(mlflow.MlflowException, match="rate") as batch:
        client.log_batch(run_id, params=[Param("rate", "0.02"), Param("new", "1")])
    assert single.value.error_code == batch.value.error_code == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run_id).data.params == {"rate": "0.01"}


def test_key_twice_in_a_batch(client, run_id):
    def log():
        client.log_batch(run_id, params=[Param("rate", "1"), Param("rate", "2")])

    assert error_code_of(log) == "INVALID_PARAMETER_VALUE"
    assert client.get_run(run_id).data.params == {}


def test_tag_twice_in_a_batch_keeps_the_last(client, run_id):
    client.log_batch(run_id, tags=[RunTag("note", "first"), RunTag("note", "second")])
    assert client.get_run(run_id).data.tags["note"] == "second"


def test_longest_values(client, run_id):
    client.log_param(run_id, "k" * 250, "v" * 6000)
    client.set_tag(run_id, "note", "v" * 8000)
    data = client.get_run(run_id).data
    assert data.params["k" * 250] == "v" * 6000
    assert data.tags["note"] == "v" * 8000


@pytest.mark.parametrize("key", ["../up", "a//b", "semi;colon", "k" * 251])
def test_param_keys_that_are_refused(client, run_id, key):
    assert error_code_of(lambda: client.log_param(run_id, key, 1)) == "INVALID_PARAMETER_VALUE"


def test_batch_for_a_run_that_does_not_exist(client):
    def log():
        client.log_batch("0" * 32, metrics=[Metric("loss", 1.0, 1, 0)])

    assert error_code_of(log) == "RESOURCE_DOES_NOT_EXIST"
