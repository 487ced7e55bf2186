"""Runs of MLflow from records and artifacts of Kubeflow."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mlflow.entities import (
    Dataset,
    DatasetInput,
    InputTag,
    LifecycleStage,
    LoggedModelInput,
    LoggedModelOutput,
    Metric,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunTag,
)
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NAME, MLFLOW_USER

from modelregistry.kubeflow.locations import run_location
from modelregistry.kubeflow.model_artifacts import INPUT, IO_TYPE, STEP, model_id_of
from modelregistry.kubeflow.properties import property_texts
from modelregistry.kubeflow.records import Artifact, ExperimentRun, milliseconds
from modelregistry.kubeflow.tracking_tags import OWN_PREFIX, RUN_NAME, tags_of

DATASET_NAME = "mlflow__name"
"""Property for the name of a dataset where its artifact has another."""


def run_entity(record: ExperimentRun, experiment_location: str, artifacts: Sequence[Artifact]) -> Run:
    """The run with what it has logged; `artifacts` are those of the run, of any type."""
    info = run_info(record, experiment_location)
    tags = {**tags_of(record), MLFLOW_RUN_NAME: info.run_name}
    if record.get("owner"):
        tags.setdefault(MLFLOW_USER, record["owner"])
    data = RunData(
        metrics=[metric_entity(artifact, record["id"]) for artifact in _of_type(artifacts, "metric")],
        params=[Param(artifact["name"], artifact.get("value", "")) for artifact in _of_type(artifacts, "parameter")],
        tags=[RunTag(key, text) for key, text in tags.items()],
    )
    datasets = [dataset_input(artifact) for artifact in _of_type(artifacts, "dataset-artifact")]
    inputs, outputs = _models(_of_type(artifacts, "model-artifact"))
    return Run(info, data, RunInputs(datasets, inputs), RunOutputs(outputs))


def run_info(record: ExperimentRun, experiment_location: str) -> RunInfo:
    """What MLflow knows of a run without what it has logged."""
    texts = property_texts(record.get("customProperties"))
    started = record.get("startTimeSinceEpoch") or record.get("createTimeSinceEpoch")
    return RunInfo(
        run_id=record["id"],
        experiment_id=record["experimentId"],
        user_id=record.get("owner", ""),
        status=record.get("status", "RUNNING"),
        start_time=milliseconds(started) or 0,
        end_time=milliseconds(record.get("endTimeSinceEpoch")),
        lifecycle_stage=LifecycleStage.DELETED if record.get("state") == "ARCHIVED" else LifecycleStage.ACTIVE,
        artifact_uri=run_location(record, experiment_location),
        run_name=texts.get(RUN_NAME) or record.get("name", ""),
    )


def metric_entity(artifact: Artifact, run_id: str) -> Metric:
    """One value of a metric. One without a value is NaN, for which JSON has no number."""
    return Metric(
        key=artifact["name"],
        value=float(artifact.get("value", math.nan)),
        timestamp=milliseconds(artifact.get("timestamp")) or 0,
        step=int(artifact.get("step", 0)),
        run_id=run_id,
    )


def _of_type(artifacts: Sequence[Artifact], artifact_type: str) -> list[Artifact]:
    return [artifact for artifact in artifacts if artifact.get("artifactType") == artifact_type]


def dataset_input(artifact: Artifact) -> DatasetInput:
    """A dataset that a run has read; the properties of its artifact are the tags."""
    texts = property_texts(artifact.get("customProperties"))
    dataset = Dataset(
        name=texts.get(DATASET_NAME) or artifact["name"],
        digest=artifact.get("digest", ""),
        source_type=artifact.get("sourceType", ""),
        source=artifact.get("source", ""),
        schema=artifact.get("schema"),
        profile=artifact.get("profile"),
    )
    return DatasetInput(dataset, [InputTag(key, text) for key, text in texts.items() if not key.startswith(OWN_PREFIX)])


def _models(artifacts: Sequence[Artifact]) -> tuple[list[LoggedModelInput], list[LoggedModelOutput]]:
    """The models that a run has read and those that it has made; what Kubeflow's clients log is made."""
    inputs, outputs = [], []
    for artifact in artifacts:
        texts = property_texts(artifact.get("customProperties"))
        if texts.get(IO_TYPE) == INPUT:
            inputs.append(LoggedModelInput(model_id_of(artifact)))
        else:
            outputs.append(LoggedModelOutput(model_id_of(artifact), int(texts.get(STEP, 0))))
    return inputs, outputs
