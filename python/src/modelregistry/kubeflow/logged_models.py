"""Logged models of MLflow as model artifacts of the runs that made them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from mlflow.entities import LoggedModel, LoggedModelParameter, LoggedModelStatus, LoggedModelTag, Metric
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking import SEARCH_LOGGED_MODEL_MAX_RESULTS_DEFAULT
from mlflow.utils.name_utils import _generate_random_name
from mlflow.utils.search_utils import SearchLoggedModelsUtils
from mlflow.utils.uri import append_to_uri_path
from mlflow.utils.validation import _validate_logged_model_name, _validate_param, _validate_tag, _validate_tag_name

from modelregistry.kubeflow import records
from modelregistry.kubeflow.api import KubeflowError
from modelregistry.kubeflow.experiments import DEFAULT_ID
from modelregistry.kubeflow.locations import experiment_location
from modelregistry.kubeflow.model_artifacts import (
    DELETED,
    EXPERIMENT,
    IO_TYPE,
    METRIC_PREFIX,
    MODEL_TYPE,
    MODEL_UUID,
    NAME,
    OUTPUT,
    PARAM_PREFIX,
    SOURCE_RUN,
    STATE,
    STATES,
    is_deleted,
    is_link,
    logged_model_entity,
    with_metric,
)
from modelregistry.kubeflow.paging import page_of
from modelregistry.kubeflow.properties import property_texts, string_properties, with_changes
from modelregistry.kubeflow.runs import RunOperations


class LoggedModelOperations(RunOperations):
    """The part of the store that is about logged models."""

    def create_logged_model(
        self,
        experiment_id: str = DEFAULT_ID,
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Sequence[LoggedModelTag] | None = None,
        params: Sequence[LoggedModelParameter] | None = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        """The model made, whose files are still to come. Without a run it belongs to the experiment alone."""
        _validate_logged_model_name(name)
        tags = [_validate_tag(tag.key, tag.value) for tag in tags or ()]
        params = [_validate_param(param.key, param.value) for param in params or ()]
        experiment = self._active_experiment(experiment_id)
        model_id = f"m-{uuid.uuid4().hex}"
        name = name or _generate_random_name()
        location = experiment_location(experiment, self._artifact_root)
        texts = {
            **{tag.key: tag.value for tag in tags},
            **{PARAM_PREFIX + param.key: param.value for param in params},
            NAME: name,
            MODEL_UUID: model_id,
            EXPERIMENT: experiment["id"],
            SOURCE_RUN: source_run_id,
            MODEL_TYPE: model_type,
            IO_TYPE: OUTPUT if source_run_id else None,
        }
        body = {
            "artifactType": "model-artifact",
            "name": name,
            "externalId": model_id,
            "uri": append_to_uri_path(location, "models", model_id, "artifacts"),
            "modelFormatName": "mlflow-model",
            "state": STATES[LoggedModelStatus.PENDING],
            "customProperties": string_properties(texts),
        }
        return logged_model_entity(self._create_model_artifact(source_run_id, body))

    def get_logged_model(self, model_id: str, allow_deleted: bool = False) -> LoggedModel:
        """The model with this id, with the metrics that runs have logged about it. Raises RESOURCE_DOES_NOT_EXIST."""
        return logged_model_entity(self._model_artifact(model_id, allow_deleted))

    def finalize_logged_model(self, model_id: str, status: LoggedModelStatus) -> LoggedModel:
        """The model with the status READY or FAILED."""
        artifact = self._model_artifact(model_id)
        return logged_model_entity(self._api.model_artifacts.update(artifact, {"state": STATES[status]}))

    def set_logged_model_tags(self, model_id: str, tags: Sequence[LoggedModelTag]) -> None:
        """Sets tags."""
        checked = [_validate_tag(tag.key, tag.value) for tag in tags]
        self._change_model_artifact(self._model_artifact(model_id), {tag.key: str(tag.value) for tag in checked})

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Removes a tag. Raises RESOURCE_DOES_NOT_EXIST if there is none."""
        _validate_tag_name(key)
        artifact = self._model_artifact(model_id)
        properties = artifact.get("customProperties") or {}
        if key not in properties:
            raise MlflowException(f"No tag with key {key!r} for model with ID {model_id!r}.", RESOURCE_DOES_NOT_EXIST)
        self._api.model_artifacts.update(artifact, {"customProperties": with_changes(properties, without=[key])})

    def log_logged_model_params(self, model_id: str, params: Sequence[LoggedModelParameter]) -> None:
        """Adds params to a model."""
        checked = [_validate_param(param.key, param.value) for param in params]
        self._change_model_artifact(
            self._model_artifact(model_id), {PARAM_PREFIX + param.key: str(param.value) for param in checked}
        )

    def delete_logged_model(self, model_id: str) -> None:
        """Marks the model for deletion: MLflow sees it no more."""
        artifact = self._model_artifact(model_id)
        properties = with_changes(artifact.get("customProperties"), {STATE: DELETED})
        self._api.model_artifacts.update(artifact, {"state": DELETED, "customProperties": properties})

    def search_logged_models(
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None = None,
        datasets: list[dict[str, Any]] | None = None,
        max_results: int | None = None,
        order_by: list[dict[str, Any]] | None = None,
        page_token: str | None = None,
    ) -> PagedList[LoggedModel]:
        """The models that match MLflow's filter, in its order."""
        if datasets and not all(dataset.get("dataset_name") for dataset in datasets):
            raise MlflowException.invalid_parameter_value("Each of `datasets` must have a `dataset_name`.")
        models = [model for id in experiment_ids for model in self._models_of(self._experiment(id)["id"])]
        matching = SearchLoggedModelsUtils.filter_logged_models(models, filter_string, datasets)
        ordered = SearchLoggedModelsUtils.sort(matching, order_by)
        return PagedList(*page_of(ordered, max_results or SEARCH_LOGGED_MODEL_MAX_RESULTS_DEFAULT, page_token))

    def _models_of(self, experiment_id: str) -> list[LoggedModel]:
        """The models of runs of an experiment, and those without a run."""
        filters = (f"experimentId = {experiment_id}", f"{EXPERIMENT} = '{experiment_id}'")
        found = {
            artifact["id"]: artifact
            for filter_query in filters
            for artifact in self._api.artifacts.list(artifactType="model-artifact", filterQuery=filter_query)
            if not is_link(artifact) and not is_deleted(artifact)
        }
        return [logged_model_entity(artifact) for artifact in found.values()]

    def _model_artifact(self, model_id: str, allow_deleted: bool = False) -> records.Artifact:
        number = model_id.removeprefix("m-")
        artifact = self._api.model_artifacts.find_external(model_id)
        if artifact is None and number.isdecimal() and len(number) < len(uuid.uuid4().hex):
            artifact = self._numbered_model_artifact(number)
        if artifact is None or (is_deleted(artifact) and not allow_deleted):
            raise MlflowException(f"Logged model with ID '{model_id}' not found.", RESOURCE_DOES_NOT_EXIST)
        return artifact

    def _numbered_model_artifact(self, number: str) -> records.Artifact | None:
        try:
            return self._api.model_artifacts.get(number)
        except KubeflowError as error:
            if error.status in (400, 404):
                return None
            raise

    def _create_model_artifact(self, run_id: str | None, body: dict[str, Any]) -> records.Artifact:
        if run_id is None:
            return self._api.model_artifacts.create(body)
        run_id = self._active_run(run_id)["id"]
        try:
            return self._api.runs.put_artifact(run_id, body)
        except KubeflowError as error:
            if error.status != 409:  # the run has logged a model of this name before
                raise
        return self._api.runs.put_artifact(run_id, {**body, "name": f"{body['name']}-{body['externalId']}"})

    def _change_model_artifact(self, artifact: records.Artifact, texts: dict[str, str]) -> None:
        changed = with_changes(artifact.get("customProperties"), texts)
        if changed != artifact.get("customProperties"):
            self._api.model_artifacts.update(artifact, {"customProperties": changed})

    def _keep_model_metrics(self, run_id: str, metrics: Sequence[Metric]) -> None:
        """Adds points that a run has logged to the models that they are about."""
        for model_id in dict.fromkeys(metric.model_id for metric in metrics if metric.model_id):
            artifact = self._model_artifact(model_id)
            texts = property_texts(artifact.get("customProperties"))
            for metric in metrics:
                if metric.model_id == model_id:
                    key = METRIC_PREFIX + metric.key
                    texts[key] = with_metric(texts.get(key), metric, run_id)
            self._change_model_artifact(artifact, texts)
