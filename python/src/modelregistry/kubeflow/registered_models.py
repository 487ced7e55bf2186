"""Registered models of MLflow as those of Kubeflow: tags are properties, aliases the properties `mlflow.alias.<name>`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NoReturn

from mlflow.entities.model_registry import ModelVersion, RegisteredModel, RegisteredModelAlias, RegisteredModelTag
from mlflow.entities.model_registry.model_version_stages import ALL_STAGES, get_canonical_stage
from mlflow.exceptions import MlflowException
from mlflow.prompt.registry_utils import (
    add_prompt_filter_string,
    handle_resource_already_exist_error,
    has_prompt_tag,
)
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE, RESOURCE_ALREADY_EXISTS, RESOURCE_DOES_NOT_EXIST
from mlflow.store.entities.paged_list import PagedList
from mlflow.utils.search_utils import SearchModelUtils
from mlflow.utils.validation import (
    _validate_model_alias_name,
    _validate_model_alias_name_reserved,
    _validate_model_name,
    _validate_registered_model_tag,
    _validate_tag_name,
)

from modelregistry.kubeflow import records
from modelregistry.kubeflow.api import KubeflowApi, KubeflowError
from modelregistry.kubeflow.paging import page_of
from modelregistry.kubeflow.parallel import for_each
from modelregistry.kubeflow.properties import ALIAS_PREFIX, property_texts, string_properties, with_changes
from modelregistry.kubeflow.records import milliseconds
from modelregistry.kubeflow.unsupported import not_supported
from modelregistry.kubeflow.version_view import VersionView


class RegisteredModelOperations:
    """The part of the store that is about registered models."""

    _api: KubeflowApi
    _author: str | None

    def create_registered_model(
        self,
        name: str,
        tags: Sequence[RegisteredModelTag] | None = None,
        description: str | None = None,
        deployment_job_id: str | None = None,
    ) -> RegisteredModel:
        """The model made. Raises RESOURCE_ALREADY_EXISTS, also if an archived model has the name."""
        _validate_model_name(name)
        for tag in tags or ():
            _check_tag(tag.key, tag.value)
        body = {
            "name": name,
            "description": description,
            "owner": self._author,
            "state": "LIVE",
            "customProperties": string_properties({tag.key: str(tag.value) for tag in tags or ()}),
        }
        try:
            return _entity(self._api.registered_models.create(body), [])
        except KubeflowError as error:
            if error.status != 409:
                raise
            self._raise_name_in_use(name, tags)

    def update_registered_model(
        self, name: str, description: str | None, deployment_job_id: str | None = None
    ) -> RegisteredModel:
        """The model with a new description; None empties it."""
        model = self._model(name)
        return self._with_latest(self._api.registered_models.update(model, {"description": description or ""}))

    def rename_registered_model(self, name: str, new_name: str) -> NoReturn:
        """Raises NOT_IMPLEMENTED: names do not change in Kubeflow's API."""
        self._model(name)
        raise not_supported("rename_registered_model")

    def delete_registered_model(self, name: str) -> None:
        """Archives the model's versions, then the model: its name stays in use."""
        model = self._model(name)
        for version in self._api.model_versions.list(model["id"]):
            if version.get("state") != "ARCHIVED":
                self._api.model_versions.update(version, {"state": "ARCHIVED"})
        self._api.registered_models.update(model, {"state": "ARCHIVED"})

    def search_registered_models(
        self,
        filter_string: str | None = None,
        max_results: int | None = None,
        order_by: list[str] | None = None,
        page_token: str | None = None,
    ) -> PagedList[RegisteredModel]:
        """The models that match MLflow's filter, in its order; those archived are left out."""
        models = {model["name"]: model for model in self._live_models()}
        entities = [_entity(model, []) for model in models.values()]
        matching = SearchModelUtils.filter(entities, add_prompt_filter_string(filter_string, is_prompt=False))
        page, token = page_of(SearchModelUtils.sort(matching, order_by), max_results, page_token)
        return PagedList(for_each(lambda entity: self._with_latest(models[entity.name]), page), token)

    def get_registered_model(self, name: str) -> RegisteredModel:
        """The model of this name. Raises RESOURCE_DOES_NOT_EXIST, also for one that is archived."""
        return self._with_latest(self._model(name))

    def get_latest_versions(self, name: str, stages: Iterable[str] | None = None) -> list[ModelVersion]:
        """Of each stage that is asked for, or of each that there is, the version with the greatest number."""
        return self._latest_of(self._model(name), stages)

    def set_registered_model_tag(self, name: str, tag: RegisteredModelTag) -> None:
        """Sets a tag. Names that begin with `mlflow.alias.` are those of aliases, and refused."""
        _check_tag(tag.key, tag.value)
        self._change_model(self._model(name), {tag.key: str(tag.value)})

    def delete_registered_model_tag(self, name: str, key: str) -> None:
        """Removes a tag; nothing happens if there is none."""
        _validate_tag_name(key)
        _refuse_alias(key)
        self._change_model(self._model(name), without=[key])

    def set_registered_model_alias(self, name: str, alias: str, version: str) -> None:
        """Points an alias at a version that exists."""
        _validate_model_alias_name(alias)
        _validate_model_alias_name_reserved(alias)
        model = self._model(name)
        view = self._version(model, version)
        self._change_model(model, {ALIAS_PREFIX + alias: view.name_of_version})

    def delete_registered_model_alias(self, name: str, alias: str) -> None:
        """Removes an alias; nothing happens if there is none."""
        _validate_model_alias_name(alias)
        self._change_model(self._model(name), without=[ALIAS_PREFIX + alias])

    def get_model_version_by_alias(self, name: str, alias: str) -> ModelVersion:
        """The version that an alias points at, for `latest` that with the greatest number.

        Raises INVALID_PARAMETER_VALUE, as MLflow's own stores do, if there is no such alias.
        """
        _validate_model_alias_name(alias)
        model = self._model(name)
        if alias.lower() == "latest" and (versions := self._live_versions(model)):
            return max(versions, key=lambda view: view.version).to_mlflow()
        version = property_texts(model.get("customProperties")).get(ALIAS_PREFIX + alias)
        if version is None:
            raise MlflowException(f"Registered model alias {alias} not found.", INVALID_PARAMETER_VALUE)
        return self._version(model, version).to_mlflow()

    def _model(self, name: str) -> records.RegisteredModel:
        _validate_model_name(name)
        model = self._api.registered_models.find(name)
        if model is None or model.get("state") == "ARCHIVED":
            raise MlflowException(f"Registered Model with name={name} not found", RESOURCE_DOES_NOT_EXIST)
        return model

    def _live_models(self) -> Iterable[records.RegisteredModel]:
        return (model for model in self._api.registered_models.list() if model.get("state") != "ARCHIVED")

    def _live_versions(self, model: records.RegisteredModel) -> list[VersionView]:
        versions = self._api.model_versions.list(model["id"])
        return [VersionView(self._api, model, version) for version in versions if version.get("state") != "ARCHIVED"]

    def _version(self, model: records.RegisteredModel, version: str | int) -> VersionView:
        record = self._api.model_versions.find(str(version), model["id"])
        if record is None or record.get("state") == "ARCHIVED":
            raise MlflowException(
                f"Model Version (name={model['name']}, version={version}) not found", RESOURCE_DOES_NOT_EXIST
            )
        return VersionView(self._api, model, record)

    def _change_model(
        self, model: records.RegisteredModel, texts: dict[str, str] | None = None, without: Iterable[str] = ()
    ) -> None:
        properties = model.get("customProperties")
        changed = with_changes(properties, texts, without)
        if changed != properties:
            self._api.registered_models.update(model, {"customProperties": changed})

    def _with_latest(self, model: records.RegisteredModel) -> RegisteredModel:
        return _entity(model, self._latest_of(model))

    def _latest_of(self, model: records.RegisteredModel, stages: Iterable[str] | None = None) -> list[ModelVersion]:
        latest: dict[str, VersionView] = {}
        for view in sorted(self._live_versions(model), key=lambda view: view.version):
            latest[view.current_stage] = view
        wanted = dict.fromkeys(get_canonical_stage(stage) for stage in stages or ALL_STAGES)
        return for_each(VersionView.to_mlflow, [latest[stage] for stage in wanted if stage in latest])

    def _raise_name_in_use(self, name: str, tags: Sequence[RegisteredModelTag] | None) -> NoReturn:
        existing = self._api.registered_models.find(name)
        if existing is None or existing.get("state") == "ARCHIVED":
            raise MlflowException(
                f"An archived registered model has the name {name!r}, and names are not given twice here. Choose another, or set that "
                "model's state back to LIVE with a Kubeflow client.",
                RESOURCE_ALREADY_EXISTS,
            )
        is_prompt = has_prompt_tag(property_texts(existing.get("customProperties")))
        handle_resource_already_exist_error(name, is_prompt, has_prompt_tag(list(tags or ())))
        raise AssertionError("MLflow's function raises")


def _entity(model: records.RegisteredModel, latest_versions: list[ModelVersion]) -> RegisteredModel:
    texts = property_texts(model.get("customProperties"))
    aliases = {key.removeprefix(ALIAS_PREFIX): text for key, text in texts.items() if key.startswith(ALIAS_PREFIX)}
    return RegisteredModel(
        name=model["name"],
        creation_timestamp=milliseconds(model.get("createTimeSinceEpoch")),
        last_updated_timestamp=milliseconds(model.get("lastUpdateTimeSinceEpoch")),
        description=model.get("description"),
        latest_versions=latest_versions,
        tags=[RegisteredModelTag(key, text) for key, text in texts.items() if not key.startswith(ALIAS_PREFIX)],
        aliases=[RegisteredModelAlias(alias, version) for alias, version in aliases.items()],
    )


def _check_tag(key: str, value: object) -> None:
    _validate_registered_model_tag(key, value)
    _refuse_alias(key)


def _refuse_alias(key: str) -> None:
    if key.startswith(ALIAS_PREFIX):
        raise MlflowException.invalid_parameter_value(f"{key!r} is where an alias is kept: set or delete the alias.")
