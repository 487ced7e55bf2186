"""Runs of MLflow as experiment runs of Kubeflow."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from mlflow.entities import LifecycleStage, Run, RunInfo, RunStatus, RunTag
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NAME, MLFLOW_USER
from mlflow.utils.name_utils import _generate_random_name
from mlflow.utils.search_utils import SearchUtils
from mlflow.utils.validation import _validate_tag

from modelregistry.kubeflow import records
from modelregistry.kubeflow.api import KubeflowError
from modelregistry.kubeflow.experiments import ExperimentOperations
from modelregistry.kubeflow.locations import experiment_location, run_location
from modelregistry.kubeflow.paging import page_of
from modelregistry.kubeflow.parallel import for_each
from modelregistry.kubeflow.run_entities import run_entity, run_info
from modelregistry.kubeflow.tracking_tags import RUN_NAME, changes_of_tags

_LOGGED = ("metric", "parameter", "dataset")
"""Of MLflow's kinds of columns, those that are artifacts here."""

_FEW_RUNS = 8
_WORTH_ONE_LISTING = 20
"""Reading the artifacts of all runs of an experiment at once pays if at least one run in so many is wanted."""


class RunOperations(ExperimentOperations):
    """The part of the store that is about runs as wholes."""

    def create_run(
        self,
        experiment_id: str,
        user_id: str | None,
        start_time: int,
        tags: Sequence[RunTag] | None,
        run_name: str | None,
    ) -> Run:
        """The run made. Its name may be that of another; then its record gets a longer one."""
        tags = [_validate_tag(tag.key, tag.value) for tag in tags or ()]
        experiment = self._active_experiment(experiment_id)
        texts = {tag.key: str(tag.value) for tag in tags} | ({MLFLOW_USER: self._author} if self._author else {})
        name = _chosen_name(run_name, texts.pop(MLFLOW_RUN_NAME, None))
        body = {
            "experimentId": experiment["id"],
            "startTimeSinceEpoch": str(start_time),
            "status": "RUNNING",
            "state": "LIVE",
            "owner": self._author or user_id,
        }
        record = self._create_named(name, body, texts)
        location = experiment_location(experiment, self._artifact_root)
        record = self._api.runs.update(record, {"externalId": run_location(record, location)})
        return run_entity(record, location, [])

    def get_run(self, run_id: str) -> Run:
        """The run with all that it has logged. Raises RESOURCE_DOES_NOT_EXIST."""
        record = self._run(run_id)
        return run_entity(record, self._location_of(record), list(self._api.runs.artifacts(record["id"])))

    def update_run_info(
        self, run_id: str, run_status: int | None, end_time: int | None, run_name: str | None
    ) -> RunInfo:
        """The run with another status, end (milliseconds since 1970) or name; None leaves each as it is."""
        record = self._active_run(run_id)
        changes = changes_of_tags(record, {MLFLOW_RUN_NAME: run_name}) if run_name else {}
        if run_status is not None:
            changes["status"] = RunStatus.to_string(run_status)
        if end_time is not None:
            changes["endTimeSinceEpoch"] = str(end_time)
        return run_info(self._api.runs.update(record, changes), self._location_of(record))

    def delete_run(self, run_id: str) -> None:
        """Archives the run."""
        self._api.runs.update(self._run(run_id), {"state": "ARCHIVED"})

    def restore_run(self, run_id: str) -> None:
        """Makes a run that was deleted active again."""
        self._api.runs.update(self._run(run_id), {"state": "LIVE"})

    def _search_runs(
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None,
        run_view_type: int,
        max_results: int,
        order_by: list[str] | None,
        page_token: str | None,
    ) -> tuple[list[Run], str | None]:
        """A page of the runs that match MLflow's filter, in its order. Only what is searched or shown is read of each."""
        experiments = [self._experiment(experiment_id) for experiment_id in experiment_ids]
        locations = {record["id"]: experiment_location(record, self._artifact_root) for record in experiments}
        found = {record["id"]: record for id in locations for record in self._api.runs.list(id)}
        seen = {id: record for id, record in found.items() if _is_in_view(record, run_view_type)}
        logged = self._artifacts_of(seen, len(found)) if _searches_what_is_logged(filter_string, order_by) else {}
        runs = [
            run_entity(record, locations[record["experimentId"]], logged.get(id, [])) for id, record in seen.items()
        ]
        ordered = SearchUtils.sort(SearchUtils.filter(runs, filter_string), order_by)
        page, token = page_of(ordered, max_results, page_token)
        shown = {run.info.run_id: seen[run.info.run_id] for run in page}
        logged = logged or self._artifacts_of(shown, len(found))
        return [
            run_entity(record, locations[record["experimentId"]], logged.get(id, [])) for id, record in shown.items()
        ], token

    def _run(self, run_id: str) -> records.ExperimentRun:
        try:
            return self._api.runs.get(str(run_id))
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            raise MlflowException(f"Run with id={run_id} not found", RESOURCE_DOES_NOT_EXIST) from error

    def _active_run(self, run_id: str) -> records.ExperimentRun:
        record = self._run(run_id)
        if record.get("state") == "ARCHIVED":
            raise MlflowException(
                f"The run {record['id']} is deleted: restore it before it is changed.", INVALID_PARAMETER_VALUE
            )
        return record

    def _location_of(self, record: records.ExperimentRun) -> str:
        return experiment_location(self._experiment(record["experimentId"]), self._artifact_root)

    def _create_named(self, name: str, body: Mapping[str, object], texts: dict[str, str]) -> records.ExperimentRun:
        try:
            return self._api.runs.create({**body, "name": name, **changes_of_tags(None, texts)})
        except KubeflowError as error:
            if error.status != 409:
                raise
        fields = changes_of_tags(None, {**texts, RUN_NAME: name})
        return self._api.runs.create({**body, "name": f"{name}-{uuid.uuid4().hex[:12]}", **fields})

    def _artifacts_of(self, runs: dict[str, records.ExperimentRun], found: int) -> dict[str, list[records.Artifact]]:
        """What runs have logged, by their ids; `found` is the number of runs that their experiments have."""
        if len(runs) <= _FEW_RUNS or len(runs) * _WORTH_ONE_LISTING < found:
            return dict(zip(runs, for_each(lambda id: list(self._api.runs.artifacts(id)), runs), strict=True))
        by_run: dict[str, list[records.Artifact]] = defaultdict(list)
        for id in {record["experimentId"] for record in runs.values()}:
            for artifact in self._api.artifacts.list(filterQuery=f"experimentId = {id}"):
                by_run[artifact.get("experimentRunId", "")].append(artifact)
        return by_run


def _chosen_name(name: str | None, tag: str | None) -> str:
    if name and tag and name != tag:
        raise MlflowException.invalid_parameter_value(
            f"The run's name is {name!r}, but its tag {MLFLOW_RUN_NAME} is {tag!r}: give one of them, or the same."
        )
    return str(name or tag or _generate_random_name())


def _is_in_view(record: records.ExperimentRun, view_type: int) -> bool:
    stage = LifecycleStage.DELETED if record.get("state") == "ARCHIVED" else LifecycleStage.ACTIVE
    return bool(LifecycleStage.matches_view_type(view_type, stage))


def _searches_what_is_logged(filter_string: str | None, order_by: list[str] | None) -> bool:
    clauses = SearchUtils.parse_search_filter(filter_string) if filter_string else []
    orders = [SearchUtils.parse_order_by_for_search_runs(order) for order in order_by or ()]
    return any(kind in _LOGGED for kind in [*(clause["type"] for clause in clauses), *(kind for kind, *_ in orders)])
