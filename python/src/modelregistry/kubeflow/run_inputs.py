"""What runs have read and made: datasets and models as artifacts of the run."""

from __future__ import annotations

from collections.abc import Sequence

from mlflow.entities import DatasetInput, LoggedModelInput, LoggedModelOutput
from mlflow.utils.validation import _validate_dataset_inputs

from modelregistry.kubeflow.api import KubeflowError
from modelregistry.kubeflow.logged_models import LoggedModelOperations
from modelregistry.kubeflow.model_artifacts import INPUT, IO_TYPE, MODEL_UUID, OUTPUT, SOURCE_RUN, STEP
from modelregistry.kubeflow.properties import property_texts, string_properties
from modelregistry.kubeflow.run_entities import DATASET_NAME, dataset_input


class RunInputOperations(LoggedModelOperations):
    """The part of the store that is about inputs and outputs of runs."""

    def log_inputs(
        self,
        run_id: str,
        datasets: Sequence[DatasetInput] | None = None,
        models: Sequence[LoggedModelInput] | None = None,
    ) -> None:
        """Adds datasets and models that the run has read. Those that it has already are not added again."""
        _validate_dataset_inputs(list(datasets or ()))
        id = self._active_run(run_id)["id"]
        if datasets:
            self._log_datasets(id, datasets)
        for model in models or ():
            self._link_model(id, model.model_id, {IO_TYPE: INPUT})

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Adds models that the run has made, at their steps."""
        id = self._active_run(run_id)["id"]
        for model in models:
            texts = {IO_TYPE: OUTPUT, STEP: str(model.step)}
            artifact = self._model_artifact(model.model_id)
            if property_texts(artifact.get("customProperties")).get(SOURCE_RUN) == id:
                self._change_model_artifact(artifact, texts)
            else:
                self._link_model(id, model.model_id, texts)

    def _log_datasets(self, run_id: str, datasets: Sequence[DatasetInput]) -> None:
        artifacts = list(self._api.runs.artifacts(run_id, artifactType="dataset-artifact"))
        names = {artifact["name"] for artifact in artifacts}
        logged = {(entity.dataset.name, entity.dataset.digest) for entity in map(dataset_input, artifacts)}
        for entity in datasets:
            identity = (entity.dataset.name, entity.dataset.digest)
            if identity not in logged:
                logged.add(identity)
                names.add(self._log_dataset(run_id, entity, names))

    def _log_dataset(self, run_id: str, entity: DatasetInput, names: set[str]) -> str:
        """The name under which the dataset is logged: names of artifacts are given once in a run."""
        dataset = entity.dataset
        is_named = dataset.name not in names
        tags = {tag.key: tag.value for tag in entity.tags} | ({} if is_named else {DATASET_NAME: dataset.name})
        body = {
            "artifactType": "dataset-artifact",
            "name": dataset.name if is_named else f"{dataset.name}-{dataset.digest}",
            "digest": dataset.digest,
            "sourceType": dataset.source_type,
            "source": dataset.source,
            "schema": dataset.schema,
            "profile": dataset.profile,
            "customProperties": string_properties(tags),
        }
        return self._api.runs.put_artifact(run_id, body)["name"]

    def _link_model(self, run_id: str, model_id: str, texts: dict[str, str]) -> None:
        """A model artifact of the run that refers to the model, which is one of another run."""
        body = {
            "artifactType": "model-artifact",
            "name": f"{model_id}-{texts[IO_TYPE]}",
            "uri": self._model_artifact(model_id).get("uri"),
            "state": "REFERENCE",
            "customProperties": string_properties({**texts, MODEL_UUID: model_id}),
        }
        try:
            self._api.runs.put_artifact(run_id, body)
        except KubeflowError as error:
            if error.status != 409:  # it is there already
                raise
