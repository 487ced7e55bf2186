"""`mlflow experiments` and `mlflow runs`, as separate processes."""

import json
import re
from pathlib import Path

import mlflow
import pandas as pd
from support import needs_mlflow_3


def test_experiments_from_creation_to_restoration(client, cli, unique):
    name = unique("cli")
    created = cli("experiments", "create", "--experiment-name", name)
    identifier = re.search(r"with id (\d+)", created).group(1)
    assert name in created
    assert client.get_experiment(identifier).name == name

    renamed = unique("cli-renamed")
    cli("experiments", "rename", "-x", identifier, "--new-name", renamed)
    assert renamed in cli("experiments", "search", "--view", "active_only")

    cli("experiments", "delete", "-x", identifier)
    assert client.get_experiment(identifier).lifecycle_stage == "deleted"
    assert renamed in cli("experiments", "search", "--view", "deleted_only")
    cli("experiments", "restore", "-x", identifier)
    assert client.get_experiment(identifier).lifecycle_stage == "active"


def test_experiment_as_csv(client, cli, experiment_id, tmp_path):
    for number in range(3):
        with mlflow.start_run(run_name=f"run-{number}"):
            mlflow.log_param("number", number)
            mlflow.log_metric("score", number / 2)
    cli("experiments", "csv", "-x", experiment_id, "-o", "runs.csv")
    frame = pd.read_csv(Path(tmp_path, "runs.csv"))
    assert sorted(frame["params.number"]) == [0, 1, 2]
    assert sorted(frame["metrics.score"]) == [0, 0.5, 1]


@needs_mlflow_3
def test_one_experiment_and_a_run_made_by_command(client, cli, experiment_id):
    shown = json.loads(cli("experiments", "get", "-x", experiment_id, "--output", "json"))
    assert shown["name"] == client.get_experiment(experiment_id).name
    options = ("--run-name", "nightly", "--tags", "kind=cli", "--status", "KILLED")
    created = json.loads(cli("runs", "create", "--experiment-id", experiment_id, *options))
    run = client.get_run(created["run_id"])
    assert (run.info.status, run.info.run_name, run.data.tags["kind"]) == ("KILLED", "nightly", "cli")


def test_experiment_that_is_taken(cli, client, experiment_id):
    output = cli("experiments", "create", "-n", client.get_experiment(experiment_id).name, fails=True)
    assert "already exists" in output


def test_runs_listed_described_deleted_restored(client, cli, experiment_id):
    with mlflow.start_run(run_name="from-cli") as run:
        mlflow.log_param("rate", 0.1)
        mlflow.log_metric("loss", 0.5)
    run_id = run.info.run_id

    listed = cli("runs", "list", "--experiment-id", experiment_id)
    assert run_id in listed
    assert "from-cli" in listed
    described = json.loads(cli("runs", "describe", "--run-id", run_id))
    assert described["info"]["run_id"] == run_id
    assert (described["data"]["params"], described["data"]["metrics"]) == ({"rate": "0.1"}, {"loss": 0.5})

    cli("runs", "delete", "--run-id", run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert run_id in cli("runs", "list", "--experiment-id", experiment_id, "--view", "deleted_only")
    cli("runs", "restore", "--run-id", run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "active"
