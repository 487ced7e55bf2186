"""Model versions of MLflow as those of Kubeflow: the name is the next number, the source is the model artifact of the version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlflow.entities.model_registry import ModelVersion, ModelVersionTag
from mlflow.entities.model_registry.model_version_stages import (
    DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS,
    STAGE_ARCHIVED,
    STAGE_NONE,
    get_canonical_stage,
)
from mlflow.exceptions import MlflowException
from mlflow.prompt.registry_utils import add_prompt_filter_string, has_prompt_tag
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_ALREADY_EXISTS
from mlflow.store.artifact.utils.models import _parse_model_uri
from mlflow.store.entities.paged_list import PagedList
from mlflow.tracking.client import MlflowClient
from mlflow.utils.search_utils import SearchModelVersionUtils
from mlflow.utils.validation import _validate_model_version_tag, _validate_tag_name

from modelregistry.kubeflow import records
from modelregistry.kubeflow.api import KubeflowError
from modelregistry.kubeflow.paging import page_of
from modelregistry.kubeflow.parallel import for_each
from modelregistry.kubeflow.properties import (
    ALIAS_PREFIX,
    MODEL_ID,
    RUN_ID,
    RUN_LINK,
    SOURCE,
    STAGE,
    property_texts,
    string_properties,
    with_changes,
)
from modelregistry.kubeflow.registered_models import RegisteredModelOperations
from modelregistry.kubeflow.version_view import HIDDEN, VersionView

_ATTEMPTS_AT_A_NUMBER = 20
_DEFAULT_ORDER = ["last_updated_timestamp DESC", "name ASC", "version_number DESC"]


class ModelVersionOperations(RegisteredModelOperations):
    """The part of the store that is about model versions."""

    def create_model_version(
        self,
        name: str,
        source: str,
        run_id: str | None = None,
        tags: Sequence[ModelVersionTag] | None = None,
        run_link: str | None = None,
        description: str | None = None,
        local_model_path: str | None = None,
        model_id: str | None = None,
    ) -> ModelVersion:
        """The version made, with the number after the greatest that the model has, archived ones included."""
        for tag in tags or ():
            _check_tag(tag.key, tag.value)
        model = self._model(name)
        texts = {tag.key: str(tag.value) for tag in tags or ()}
        if model_id and not run_id:
            run_id = MlflowClient().get_logged_model(model_id).source_run_id
        location = self._location_of(source)
        kept_source = source if source != location else None
        fields = {RUN_ID: run_id, RUN_LINK: run_link, MODEL_ID: model_id, SOURCE: kept_source}
        version = self._create_numbered(
            model,
            {
                "registeredModelId": model["id"],
                "description": description,
                "author": self._author,
                "state": "LIVE",
                "customProperties": string_properties({**texts, **fields}),
            },
        )
        if not has_prompt_tag(texts):
            self._attach_source(model, version, location)
        return VersionView(self._api, model, version).to_mlflow()

    def update_model_version(self, name: str, version: str, description: str | None) -> ModelVersion:
        """The version with a new description; None empties it."""
        model = self._model(name)
        return self._update(model, self._version(model, version), {"description": description or ""}).to_mlflow()

    def transition_model_version_stage(
        self, name: str, version: str, stage: str, archive_existing_versions: bool
    ) -> ModelVersion:
        """The version in its new stage; the others in the stage are moved to Archived if that is asked for."""
        stage = get_canonical_stage(stage)
        if archive_existing_versions and stage not in DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS:
            raise MlflowException(
                f"Existing versions can be archived only with one of the stages {DEFAULT_STAGES_FOR_GET_LATEST_VERSIONS}, not {stage!r}.",
                INVALID_PARAMETER_VALUE,
            )
        model = self._model(name)
        moved = self._version(model, version)
        if archive_existing_versions:
            for other in self._live_versions(model):
                if other.current_stage == stage and other.name_of_version != moved.name_of_version:
                    self._change_version(model, other, {STAGE: STAGE_ARCHIVED})
        if stage == STAGE_NONE:
            return self._change_version(model, moved, without=[STAGE]).to_mlflow()
        return self._change_version(model, moved, {STAGE: stage}).to_mlflow()

    def delete_model_version(self, name: str, version: str) -> None:
        """Archives the version, and removes the aliases that point at it."""
        model = self._model(name)
        view = self._version(model, version)
        texts = property_texts(model.get("customProperties"))
        aliases = [key for key, text in texts.items() if key.startswith(ALIAS_PREFIX) and text == view.name_of_version]
        self._change_model(model, without=aliases)
        self._api.model_versions.update(view.record, {"state": "ARCHIVED"})

    def get_model_version(self, name: str, version: str) -> ModelVersion:
        """The version of this number or name. Raises RESOURCE_DOES_NOT_EXIST, also for one that is archived."""
        return self._version(self._model(name), version).to_mlflow()

    def get_model_version_download_uri(self, name: str, version: str) -> str | None:
        """Where the files are."""
        location = self._version(self._model(name), version).location
        return None if location is None else self._location_of(location)

    def search_model_versions(
        self,
        filter_string: str | None = None,
        max_results: int | None = None,
        order_by: list[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[ModelVersion]:
        """The versions that match MLflow's filter, in its order; archived ones and those of archived models are left out."""
        filter_string = add_prompt_filter_string(filter_string, is_prompt=False)
        matching = SearchModelVersionUtils.filter(self._candidates(filter_string), filter_string)
        ordered = SearchModelVersionUtils.sort(matching, order_by or _DEFAULT_ORDER)
        page, token = page_of(ordered, max_results, page_token)
        return PagedList(for_each(VersionView.to_mlflow, page), token)

    def set_model_version_tag(self, name: str, version: str, tag: ModelVersionTag) -> None:
        """Sets a tag. The names under which stage, run and model id are kept are refused."""
        _check_tag(tag.key, tag.value)
        model = self._model(name)
        self._change_version(model, self._version(model, version), {tag.key: str(tag.value)})

    def delete_model_version_tag(self, name: str, version: str, key: str) -> None:
        """Removes a tag; nothing happens if there is none."""
        _validate_tag_name(key)
        _refuse_hidden(key)
        model = self._model(name)
        self._change_version(model, self._version(model, version), without=[key])

    def _create_numbered(self, model: records.RegisteredModel, body: dict[str, object]) -> records.ModelVersion:
        for _ in range(_ATTEMPTS_AT_A_NUMBER):
            names = (version["name"] for version in self._api.model_versions.list(model["id"]))
            number = max((int(name) for name in names if name.isdecimal()), default=0) + 1
            try:
                return self._api.model_versions.create({"name": str(number), **body})
            except KubeflowError as error:
                if error.status != 409:  # another client was faster
                    raise
        raise MlflowException(
            f"Others make versions of {model['name']!r} at the same time, {_ATTEMPTS_AT_A_NUMBER} numbers in a row were taken. Try again.",
            RESOURCE_ALREADY_EXISTS,
        )

    def _location_of(self, source: str) -> str:
        """Where the files of a source are that names a logged model or a version: Kubeflow's clients can't follow those."""
        if not source.startswith("models:"):
            return source
        target = _parse_model_uri(source)
        if target.model_id is not None:
            return str(MlflowClient().get_logged_model(target.model_id).artifact_location)
        if target.name is not None and target.version is not None:
            return self.get_model_version_download_uri(target.name, target.version) or source
        return source

    def _attach_source(self, model: records.RegisteredModel, version: records.ModelVersion, source: str) -> None:
        artifact = {
            "artifactType": "model-artifact",
            "name": model["name"],
            "uri": source,
            "modelFormatName": "mlflow-model",
            "modelFormatVersion": "1.0",
            "state": "LIVE",
        }
        try:
            self._api.model_versions.put_artifact(version["id"], artifact)
        except MlflowException:
            self._api.model_versions.update(version, {"state": "ARCHIVED"})  # none without its source
            raise

    def _update(self, model: records.RegisteredModel, view: VersionView, changes: dict[str, object]) -> VersionView:
        return VersionView(self._api, model, self._api.model_versions.update(view.record, changes))

    def _change_version(
        self,
        model: records.RegisteredModel,
        view: VersionView,
        texts: dict[str, str] | None = None,
        without: Iterable[str] = (),
    ) -> VersionView:
        properties = view.record.get("customProperties")
        changed = with_changes(properties, texts, without)
        return view if changed == properties else self._update(model, view, {"customProperties": changed})

    def _candidates(self, filter_string: str | None) -> list[VersionView]:
        """The versions of the one model that a filter names, else all."""
        name = _model_of(filter_string)
        if name is not None:
            model = self._api.registered_models.find(name)
            return self._live_versions(model) if model and model.get("state") != "ARCHIVED" else []
        models = {model["id"]: model for model in self._live_models()}
        return [
            VersionView(self._api, models[version["registeredModelId"]], version)
            for version in self._api.model_versions.list()
            if version.get("state") != "ARCHIVED" and version.get("registeredModelId") in models
        ]


def _model_of(filter_string: str | None) -> str | None:
    clauses = SearchModelVersionUtils.parse_search_filter(filter_string) if filter_string else []
    return next(
        (
            clause["value"]
            for clause in clauses
            if (clause["type"], clause["key"], clause["comparator"]) == ("attribute", "name", "=")
        ),
        None,
    )


def _check_tag(key: str, value: object) -> None:
    _validate_model_version_tag(key, value)
    _refuse_hidden(key)


def _refuse_hidden(key: str) -> None:
    if key in HIDDEN:
        raise MlflowException.invalid_parameter_value(
            f"{key!r} is where a field of the version is kept, it can't be a tag."
        )
