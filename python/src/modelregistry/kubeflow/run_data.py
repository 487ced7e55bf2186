"""Metrics, params and tags of runs: artifacts and properties of Kubeflow's."""

from __future__ import annotations

import json
import math
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence

from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.protos.databricks_pb2 import INTERNAL_ERROR, INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList
from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_MODELS
from mlflow.utils.validation import (
    _validate_batch_log_data,
    _validate_batch_log_limits,
    _validate_metric_name,
    _validate_param_keys_unique,
    _validate_tag_name,
)

from modelregistry.kubeflow import records
from modelregistry.kubeflow.logged_models import LoggedModelOperations
from modelregistry.kubeflow.paging import page_of
from modelregistry.kubeflow.parallel import for_each
from modelregistry.kubeflow.run_entities import metric_entity
from modelregistry.kubeflow.tracking_tags import changes_of_tags

_REMEMBERED_METRICS = 10_000


class RunDataOperations(LoggedModelOperations):
    """The part of the store that is about what runs log."""

    _writing_tags: threading.Lock
    _greatest: dict[tuple[str, str], Metric]

    def log_batch(
        self, run_id: str, metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[RunTag]
    ) -> None:
        """Logs them one by one, as the API has no batches: params, then metrics, then tags. What precedes an error stays logged.

        The points of one metric are sent in the order of their steps, so that the last of them is the current value.
        """
        metrics, params, tags = _validate_batch_log_data(metrics, params, tags)
        _validate_batch_log_limits(metrics, params, tags)
        _validate_param_keys_unique(params)
        for metric in metrics:
            _number(metric)
        record = self._active_run(run_id)
        self._log_params(record["id"], params)
        self._log_points(record["id"], metrics)
        if tags:
            self._change_run_tags(record["id"], {tag.key: str(tag.value) for tag in tags})

    def delete_tag(self, run_id: str, key: str) -> None:
        """Removes a tag of a run. Raises RESOURCE_DOES_NOT_EXIST if there is none."""
        _validate_tag_name(key)
        record = self._active_run(run_id)
        if key not in self.get_run(record["id"]).data.tags:
            raise MlflowException(f"No tag with name: {key} in run with id {run_id}", RESOURCE_DOES_NOT_EXIST)
        self._change_run_tags(record["id"], {}, without=[key])

    def get_metric_history(
        self, run_id: str, metric_key: str, max_results: int | None = None, page_token: str | None = None
    ) -> PagedList[Metric]:
        """All points of a metric, or a page of them, in the order in which they were logged; a point that was logged twice is one."""
        _validate_metric_name(metric_key)
        id = self._run(run_id)["id"]
        # Some servers also send the points of metrics whose names have this one in them.
        points = [point for point in self._api.history(id, metric_key) if point["name"] == metric_key]
        distinct = {_rank(metric): metric for metric in (metric_entity(point, id) for point in points)}
        return PagedList(*page_of(list(distinct.values()), max_results, page_token))

    def record_logged_model(self, run_id: str, mlflow_model: Model) -> None:
        """Adds a model to the tag in which MLflow keeps the models of a run."""
        record = self._active_run(run_id)
        kept = self.get_run(record["id"]).data.tags.get(MLFLOW_LOGGED_MODELS, "[]")
        text = json.dumps([*json.loads(kept), mlflow_model.get_tags_dict()])
        self._change_run_tags(record["id"], {MLFLOW_LOGGED_MODELS: text})

    def _change_run_tags(self, run_id: str, texts: dict[str, str], without: Iterable[str] = ()) -> None:
        with self._writing_tags:  # of this process; MLflow logs from several threads
            record = self._api.runs.get(run_id)
            self._api.runs.update(record, changes_of_tags(record, texts, without))

    def _log_params(self, run_id: str, params: Sequence[Param]) -> None:
        if not params:
            return
        logged = {
            artifact["name"]: artifact.get("value")
            for artifact in self._api.runs.artifacts(run_id, artifactType="parameter")
        }
        for param in params:
            if logged.get(param.key, param.value) != param.value:
                raise MlflowException(
                    f"Changing param values is not allowed. Param with key='{param.key}' was already logged with "
                    f"value='{logged[param.key]}' for run ID='{run_id}'. Attempted logging new value '{param.value}'.",
                    INVALID_PARAMETER_VALUE,
                )
        for_each(lambda param: self._log_param(run_id, param), [param for param in params if param.key not in logged])

    def _log_param(self, run_id: str, param: Param) -> None:
        body = {"artifactType": "parameter", "name": param.key, "value": param.value, "parameterType": "string"}
        _check_name(self._api.runs.put_artifact(run_id, body), param.key)

    def _log_points(self, run_id: str, metrics: Sequence[Metric]) -> None:
        by_key: dict[str, list[Metric]] = defaultdict(list)
        for metric in sorted(metrics, key=_rank):
            by_key[metric.key].append(metric)
        for_each(lambda points: self._log_series(run_id, points), by_key.values())
        self._keep_model_metrics(run_id, metrics)

    def _log_series(self, run_id: str, points: Sequence[Metric]) -> None:
        """Logs points of one metric. MLflow sends points again, once it has the model that they are about: those are there already."""
        logged = self.get_metric_history(run_id, points[0].key) if any(point.model_id for point in points) else []
        known = {_rank(point) for point in logged}
        for point in points:
            if _rank(point) not in known:
                self._log_point(run_id, point)
        self._keep_current(run_id, points[-1])

    def _keep_current(self, run_id: str, last: Metric) -> None:
        """The server's value is what came last, MLflow's that of the greatest step: one that this process logged before is sent again."""
        current = self._greatest.get((run_id, last.key))
        if current is not None and _rank(current) > _rank(last):
            self._log_point(run_id, current)
            return
        if len(self._greatest) >= _REMEMBERED_METRICS:
            self._greatest.clear()
        self._greatest[run_id, last.key] = last

    def _log_point(self, run_id: str, metric: Metric) -> None:
        # Servers that keep one point of a metric in a millisecond answer 500 to the second; the transport tries again.
        body = {
            "artifactType": "metric",
            "name": metric.key,
            "value": _number(metric),
            "timestamp": str(metric.timestamp),
            "step": metric.step,
        }
        kept = self._api.runs.put_artifact(run_id, body)
        _check_name(kept, metric.key)
        if int(kept.get("step", 0)) != metric.step:
            raise MlflowException(
                f"The server can't hold the step {metric.step} of the metric {metric.key!r}: it made {kept.get('step')} of it.",
                INTERNAL_ERROR,
            )


def _check_name(kept: records.Artifact, name: str) -> None:
    if kept["name"] != name:
        raise MlflowException(
            f"The server took {name!r} for a pattern, and has overwritten {kept['name']!r} of the same run. Log under names that differ in "
            "more than their underscores and percent signs.",
            INTERNAL_ERROR,
        )


def _rank(metric: Metric) -> tuple[int, int, float]:
    """Of two points of a metric, the one with the greater rank is the current value."""
    return metric.step, metric.timestamp, _bounded(metric.value)


def _number(metric: Metric) -> float:
    """The value as JSON can have it. Raises INVALID_PARAMETER_VALUE for NaN."""
    if math.isnan(metric.value):
        raise MlflowException.invalid_parameter_value(
            f"The metric {metric.key!r} is NaN, for which Kubeflow's API has no number."
        )
    return _bounded(metric.value)


def _bounded(value: float) -> float:
    """An infinity is the largest double, as in MLflow's own stores."""
    return max(-sys.float_info.max, min(sys.float_info.max, float(value)))
