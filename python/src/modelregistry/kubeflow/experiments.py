"""Experiments of MLflow as those of Kubeflow: tags are properties, the artifact location is the external id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn, cast

from mlflow.entities import Experiment, ExperimentTag, LifecycleStage, ViewType
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_STATE, RESOURCE_ALREADY_EXISTS, RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList
from mlflow.store.tracking import SEARCH_MAX_RESULTS_DEFAULT
from mlflow.utils.search_utils import SearchExperimentsUtils
from mlflow.utils.uri import resolve_uri_if_local
from mlflow.utils.validation import (
    _validate_experiment_artifact_location,
    _validate_experiment_name,
    _validate_experiment_tag,
    _validate_tag_name,
)

from modelregistry.kubeflow import records
from modelregistry.kubeflow.api import KubeflowApi, KubeflowError
from modelregistry.kubeflow.locations import ARTIFACT_LOCATION, experiment_location
from modelregistry.kubeflow.paging import page_of
from modelregistry.kubeflow.properties import string_properties
from modelregistry.kubeflow.records import Properties, milliseconds
from modelregistry.kubeflow.tracking_tags import changes_of_tags, tags_of
from modelregistry.kubeflow.unsupported import not_supported

DEFAULT_ID, DEFAULT_NAME = "0", "Default"
_DEFAULT_ORDER = ["creation_time DESC", "experiment_id ASC"]


class ExperimentOperations:
    """The part of the store that is about experiments."""

    _api: KubeflowApi
    _author: str | None
    _artifact_root: str

    def create_experiment(
        self, name: str, artifact_location: str | None = None, tags: Sequence[ExperimentTag] | None = None
    ) -> str:
        """The id of the experiment made. Raises RESOURCE_ALREADY_EXISTS, also if a deleted experiment has the name."""
        _validate_experiment_name(name)
        _validate_experiment_artifact_location(artifact_location)
        for tag in tags or ():
            _validate_experiment_tag(tag.key, tag.value)
        location = resolve_uri_if_local(artifact_location) if artifact_location else None
        body = {
            "name": name,
            "owner": self._author,
            "state": "LIVE",
            **changes_of_tags(None, {tag.key: str(tag.value) for tag in tags or ()}),
        }
        return self._create_experiment(body, location)["id"]

    def get_experiment(self, experiment_id: str) -> Experiment:
        """The experiment with this id; 0 is the one called Default, whatever its number is. Raises RESOURCE_DOES_NOT_EXIST."""
        return self._experiment_entity(self._experiment(experiment_id))

    def get_experiment_by_name(self, experiment_name: str) -> Experiment | None:
        """The experiment of this name, deleted or not; None if there is none."""
        found = self._api.experiments.find(experiment_name)
        return self._experiment_entity(found) if found else None

    def search_experiments(
        self,
        view_type: int = ViewType.ACTIVE_ONLY,
        max_results: int | None = SEARCH_MAX_RESULTS_DEFAULT,
        filter_string: str | None = None,
        order_by: list[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[Experiment]:
        """The experiments that match MLflow's filter, in its order."""
        entities = [self._experiment_entity(record) for record in self._api.experiments.list()]
        seen = [entity for entity in entities if LifecycleStage.matches_view_type(view_type, entity.lifecycle_stage)]
        matching = SearchExperimentsUtils.filter(seen, filter_string)
        ordered = SearchExperimentsUtils.sort(matching, order_by or _DEFAULT_ORDER)
        return PagedList(*page_of(ordered, max_results, page_token))

    def delete_experiment(self, experiment_id: str) -> None:
        """Archives the experiment; its runs are what they were."""
        self._api.experiments.update(self._active_experiment(experiment_id), {"state": "ARCHIVED"})

    def restore_experiment(self, experiment_id: str) -> None:
        """Makes an experiment that was deleted active again."""
        self._api.experiments.update(self._experiment(experiment_id), {"state": "LIVE"})

    def rename_experiment(self, experiment_id: str, new_name: str) -> NoReturn:
        """Raises NOT_IMPLEMENTED: names do not change in Kubeflow's API."""
        self._experiment(experiment_id)
        raise not_supported("rename_experiment")

    def set_experiment_tag(self, experiment_id: str, tag: ExperimentTag) -> None:
        """Sets a tag."""
        _validate_experiment_tag(tag.key, tag.value)
        record = self._active_experiment(experiment_id)
        self._api.experiments.update(record, changes_of_tags(record, {tag.key: str(tag.value)}))

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """Removes a tag. Raises RESOURCE_DOES_NOT_EXIST if there is none."""
        _validate_tag_name(key)
        record = self._active_experiment(experiment_id)
        if key not in tags_of(record):
            raise MlflowException(
                f"No tag with name: {key} in experiment with id {record['id']}", RESOURCE_DOES_NOT_EXIST
            )
        self._api.experiments.update(record, changes_of_tags(record, {}, without=[key]))

    def _experiment(self, experiment_id: str) -> records.Experiment:
        try:
            return self._api.experiments.get(str(experiment_id))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            if str(experiment_id) == DEFAULT_ID:
                return self._default_experiment()
            raise MlflowException(f"No Experiment with id={experiment_id} exists", RESOURCE_DOES_NOT_EXIST) from error

    def _active_experiment(self, experiment_id: str) -> records.Experiment:
        record = self._experiment(experiment_id)
        if record.get("state") == "ARCHIVED":
            raise MlflowException(f"The experiment {record['id']} is deleted: restore it first.", INVALID_STATE)
        return record

    def _default_experiment(self) -> records.Experiment:
        """MLflow logs to the experiment 0 where none is chosen; these servers number from 1."""
        body = {"name": DEFAULT_NAME, "state": "LIVE"}
        return self._api.experiments.find(DEFAULT_NAME) or self._create_experiment(body, None)

    def _create_experiment(self, body: Mapping[str, object], location: str | None) -> records.Experiment:
        try:
            record = self._api.experiments.create({**body, "externalId": location})
        except KubeflowError as error:
            if error.status != 409:
                raise
            self._check_name_is_free(str(body["name"]))
            return self._create_beside(body, location)
        if location is not None:
            return record
        return self._api.experiments.update(record, {"externalId": experiment_location(record, self._artifact_root)})

    def _create_beside(self, body: Mapping[str, object], location: str | None) -> records.Experiment:
        """An experiment at a place that another has, too."""
        tags = cast("Properties", body.get("customProperties", {}))
        return self._api.experiments.create(
            {**body, "customProperties": {**tags, **string_properties({ARTIFACT_LOCATION: location})}}
        )

    def _check_name_is_free(self, name: str) -> None:
        existing = self._api.experiments.find(name)
        if existing is None:
            return
        deleted = " in deleted state: restore it, or choose another name" if existing.get("state") == "ARCHIVED" else ""
        raise MlflowException(f"Experiment '{name}' already exists{deleted}.", RESOURCE_ALREADY_EXISTS)

    def _experiment_entity(self, record: records.Experiment) -> Experiment:
        deleted = record.get("state") == "ARCHIVED"
        return Experiment(
            experiment_id=record["id"],
            name=record["name"],
            artifact_location=experiment_location(record, self._artifact_root),
            lifecycle_stage=LifecycleStage.DELETED if deleted else LifecycleStage.ACTIVE,
            tags=[ExperimentTag(key, text) for key, text in tags_of(record).items()],
            creation_time=milliseconds(record.get("createTimeSinceEpoch")),
            last_update_time=milliseconds(record.get("lastUpdateTimeSinceEpoch")),
        )
