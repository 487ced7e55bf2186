"""A model version as MLflow sees it: a record and, beside it, the model artifact that says where the files are."""

from __future__ import annotations

from functools import cached_property

from mlflow.entities.model_registry import ModelVersion, ModelVersionTag
from mlflow.entities.model_registry.model_version_stages import STAGE_NONE

from modelregistry.kubeflow import records
from modelregistry.kubeflow.api import KubeflowApi
from modelregistry.kubeflow.properties import ALIAS_PREFIX, MODEL_ID, RUN_ID, RUN_LINK, SOURCE, STAGE, property_texts
from modelregistry.kubeflow.records import milliseconds

HIDDEN = (STAGE, RUN_ID, RUN_LINK, MODEL_ID, SOURCE)
"""Properties of a version that are fields of MLflow's, and no tags."""

_STATUSES = {
    "PENDING": "PENDING_REGISTRATION",
    "ABANDONED": "FAILED_REGISTRATION",
    "DELETED": "FAILED_REGISTRATION",
    "MARKED_FOR_DELETION": "FAILED_REGISTRATION",
}


class VersionView:
    """Has the attributes that MLflow's search utilities look at, under their names. The artifact is fetched when it is first needed."""

    def __init__(self, api: KubeflowApi, model: records.RegisteredModel, record: records.ModelVersion) -> None:
        """`record` belongs to `model`."""
        self._api = api
        self._model = model
        self.record = record
        self._texts = property_texts(record.get("customProperties"))
        self.name = model["name"]
        self.name_of_version = record["name"]
        self.version = int(record["name"]) if record["name"].isdecimal() else 0
        """The number; 0 for versions to which Kubeflow's clients gave other names."""
        self.creation_timestamp = milliseconds(record.get("createTimeSinceEpoch")) or 0
        self.last_updated_timestamp = milliseconds(record.get("lastUpdateTimeSinceEpoch"))
        self.current_stage = self._texts.get(STAGE, STAGE_NONE)
        self.run_id = self._texts.get(RUN_ID)
        self.tags = {key: text for key, text in self._texts.items() if key not in HIDDEN}

    @property
    def source(self) -> str | None:
        """What the version was made from."""
        return self._texts.get(SOURCE) or self.location

    @property
    def location(self) -> str | None:
        """Where the files are."""
        return self._artifact.get("uri") if self._artifact else None

    def to_mlflow(self) -> ModelVersion:
        """MLflow's entity, with its version as text."""
        return ModelVersion(
            name=self.name,
            version=self.name_of_version,
            creation_timestamp=self.creation_timestamp,
            last_updated_timestamp=self.last_updated_timestamp,
            description=self.record.get("description"),
            user_id=self.record.get("author"),
            current_stage=self.current_stage,
            source=self.source,
            run_id=self.run_id,
            status=_STATUSES.get(self._artifact.get("state", ""), "READY") if self._artifact else "READY",
            tags=[ModelVersionTag(key, text) for key, text in self.tags.items()],
            run_link=self._texts.get(RUN_LINK),
            aliases=self._aliases(),
            model_id=self._texts.get(MODEL_ID),
        )

    @cached_property
    def _artifact(self) -> records.Artifact | None:
        """The first model artifact: further ones are other forms of the model."""
        artifacts = self._api.model_versions.artifacts(self.record["id"], artifactType="model-artifact")
        return next((artifact for artifact in artifacts if artifact.get("artifactType") == "model-artifact"), None)

    def _aliases(self) -> list[str]:
        texts = property_texts(self._model.get("customProperties"))
        return [
            key.removeprefix(ALIAS_PREFIX)
            for key, text in texts.items()
            if key.startswith(ALIAS_PREFIX) and text == self.name_of_version
        ]
