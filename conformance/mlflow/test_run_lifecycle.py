"""Runs: created, named, tagged, ended, deleted, restored; and as a tree."""

import time

import mlflow
import pytest
from mlflow.entities import RunStatus, ViewType
from support import error_code_of


def test_start_and_finish(client, experiment_id):
    before = int(time.time() * 1000)
    with mlflow.start_run(run_name="first", tags={"kind": "demo"}, description="What it is for") as run:
        running = client.get_run(run.info.run_id)
        assert (running.info.status, running.info.end_time) == ("RUNNING", None)
    finished = client.get_run(run.info.run_id)
    assert (finished.info.status, finished.info.run_name) == ("FINISHED", "first")
    assert finished.info.experiment_id == experiment_id
    assert before - 1000 <= finished.info.start_time <= finished.info.end_time
    assert finished.data.tags["kind"] == "demo"
    assert finished.data.tags["mlflow.note.content"] == "What it is for"
    assert finished.data.tags["mlflow.runName"] == "first"
    assert finished.data.tags["mlflow.user"]


def test_exception_fails_the_run(client, experiment_id):
    with pytest.raises(RuntimeError), mlflow.start_run() as run:
        raise RuntimeError("training diverged")
    assert client.get_run(run.info.run_id).info.status == "FAILED"


def test_run_without_a_name_gets_one(client, experiment_id):
    run = client.create_run(experiment_id)
    assert run.info.run_name
    assert run.data.tags["mlflow.runName"] == run.info.run_name


def test_resuming(client, experiment_id):
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 1.0, step=0)
    with mlflow.start_run(run_id=run.info.run_id):
        assert client.get_run(run.info.run_id).info.status == "RUNNING"
        mlflow.log_metric("loss", 0.5, step=1)
    resumed = client.get_run(run.info.run_id)
    assert (resumed.info.status, resumed.data.metrics) == ("FINISHED", {"loss": 0.5})


def test_renaming_and_status(client, run_id):
    client.update_run(run_id, status="SCHEDULED", name="renamed")
    updated = client.get_run(run_id)
    assert (updated.info.status, updated.info.run_name) == ("SCHEDULED", "renamed")
    assert updated.data.tags["mlflow.runName"] == "renamed"
    client.set_tag(run_id, "mlflow.runName", "through the tag")
    assert client.get_run(run_id).info.run_name == "through the tag"


@pytest.mark.parametrize("status", ["FINISHED", "FAILED", "KILLED"])
def test_terminating(client, run_id, status):
    client.set_terminated(run_id, status=status, end_time=1_700_000_000_000)
    info = client.get_run(run_id).info
    assert (info.status, info.end_time) == (status, 1_700_000_000_000)
    assert RunStatus.is_terminated(RunStatus.from_string(info.status))


def test_tags(client, run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.set_tag("engineering", "ML Platform")
        mlflow.set_tags({"release.candidate": "RC1", "number": 2, "unicode/ключ": "значение ✅"})
        mlflow.set_tag("engineering", "changed")
        mlflow.delete_tag("number")
    tags = client.get_run(run_id).data.tags
    assert (tags["engineering"], tags["release.candidate"]) == ("changed", "RC1")
    assert tags["unicode/ключ"] == "значение ✅"
    assert "number" not in tags
    assert error_code_of(lambda: client.delete_tag(run_id, "number")) == "RESOURCE_DOES_NOT_EXIST"


def test_delete_and_restore(client, experiment_id, run_id):
    client.log_metric(run_id, "kept", 1.0)
    client.delete_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert [run.info.run_id for run in client.search_runs([experiment_id])] == []
    deleted = client.search_runs([experiment_id], run_view_type=ViewType.DELETED_ONLY)
    assert [run.info.run_id for run in deleted] == [run_id]
    assert error_code_of(lambda: client.log_metric(run_id, "late", 1.0)) == "INVALID_PARAMETER_VALUE"
    assert error_code_of(lambda: client.set_tag(run_id, "late", "1")) == "INVALID_PARAMETER_VALUE"

    client.restore_run(run_id)
    restored = client.get_run(run_id)
    assert (restored.info.lifecycle_stage, restored.data.metrics) == ("active", {"kept": 1.0})


def test_nested_runs(client, experiment_id):
    with mlflow.start_run(run_name="parent") as parent:
        for depth in range(3):
            with mlflow.start_run(run_name=f"child-{depth}", nested=True) as child:
                mlflow.log_param("depth", depth)
                with mlflow.start_run(nested=True) as grandchild:
                    mlflow.log_metric("leaf", depth)
    children = mlflow.search_runs(
        [experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'", output_format="list"
    )
    assert sorted(run.info.run_name for run in children) == ["child-0", "child-1", "child-2"]
    assert client.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    assert client.get_parent_run(grandchild.info.run_id).info.run_id == child.info.run_id
    assert client.get_parent_run(parent.info.run_id) is None


def test_missing_run(client):
    assert error_code_of(lambda: client.get_run("0" * 32)) == "RESOURCE_DOES_NOT_EXIST"
    assert error_code_of(lambda: client.delete_run("0" * 32)) == "RESOURCE_DOES_NOT_EXIST"
