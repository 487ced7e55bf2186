"""Whatever both clients do to a model, in whichever order, they see the same afterwards."""

import random
from typing import Any

import pytest
from mlflow.exceptions import MlflowException
from mr_openapi import ModelVersionCreate
from mr_openapi.exceptions import ApiException
from support import error_code_of, properties, typed, unique_name

STEPS = 30
VALUES: list[Any] = ["text", "5", 5, 0.25, True, {"a": [1]}]
ALIAS = "mlflow.alias."


class Walk:
    """One model, and what each client can do to it. What a client may not do at some point it is refused, and the other sees nothing of it."""

    def __init__(self, mlflow_client, kubeflow, seed: int):
        self.mlflow, self.kubeflow, self.random = mlflow_client, kubeflow, random.Random(seed)
        self.done = 0
        self.name = unique_name("walk")
        mlflow_client.create_registered_model(self.name)
        self.id = kubeflow.model(self.name).id

    def take(self, steps: int) -> None:
        moves = [getattr(self, name) for name in sorted(dir(self)) if name.startswith(("mlflow_", "kubeflow_"))]
        for _ in range(steps):
            try:
                self.random.choice(moves)()
                self.done += 1
            except MlflowException as refused:
                assert refused.error_code != "INTERNAL_ERROR", refused
            except ApiException as refused:
                assert refused.status < 500, refused

    def number(self) -> str:
        return str(self.random.randint(1, 4))

    def key(self) -> str:
        return self.random.choice("abc")

    def mlflow_tags(self):
        self.mlflow.set_registered_model_tag(self.name, self.key(), self.random.choice(["text", "5", "true"]))

    def mlflow_deletes_a_tag(self):
        self.mlflow.delete_registered_model_tag(self.name, self.key())

    def mlflow_describes(self):
        self.mlflow.update_registered_model(self.name, description=self.key())

    def mlflow_renames(self):
        renamed = unique_name("walk")
        self.mlflow.rename_registered_model(self.name, renamed)
        self.name = renamed

    def mlflow_adds_a_version(self):
        self.mlflow.create_model_version(self.name, "s3://bucket/model", await_creation_for=0)

    def mlflow_deletes_a_version(self):
        self.mlflow.delete_model_version(self.name, self.number())

    def mlflow_sets_an_alias(self):
        self.mlflow.set_registered_model_alias(self.name, self.key(), self.number())

    def mlflow_moves_to_a_stage(self):
        self.mlflow.transition_model_version_stage(self.name, self.number(), self.random.choice(["Staging", "None"]))

    def mlflow_deletes(self):
        self.mlflow.delete_registered_model(self.name)

    def kubeflow_sets_properties(self):
        kept = self.kubeflow.call("get_registered_model", self.id).custom_properties or {}
        given = {**kept, self.key(): typed(self.random.choice(VALUES))}
        given.pop(self.random.choice([*given]))
        self.kubeflow.update("registered_model", self.id, customProperties=given)

    def kubeflow_sets_an_alias(self):
        given = {ALIAS + self.key(): typed(self.number())}
        self.kubeflow.update("registered_model", self.id, customProperties=given)

    def kubeflow_describes(self):
        self.kubeflow.update("registered_model", self.id, description=self.key())

    def kubeflow_adds_a_version(self):
        name = self.random.choice(["blue", "green", "2", "3"])
        self.kubeflow.call("create_model_version", ModelVersionCreate(name=name, registered_model_id=self.id))

    def kubeflow_sets_the_state_of_a_version(self):
        version = self.random.choice(self.kubeflow.all("get_registered_model_versions", self.id) or [None])
        if version:
            self.kubeflow.update("model_version", version.id, state=self.random.choice(["LIVE", "ARCHIVED"]))

    def kubeflow_sets_the_state(self):
        self.kubeflow.update("registered_model", self.id, state=self.random.choice(["LIVE", "LIVE", "ARCHIVED"]))


@pytest.mark.parametrize("seed", range(4))
def test_both_see_the_same(mlflow_client, kubeflow, seed):
    walk = Walk(mlflow_client, kubeflow, seed)
    for _ in range(3):
        walk.take(STEPS)
        compare(walk, kubeflow.call("get_registered_model", walk.id))
    assert walk.done > STEPS


def compare(walk: Walk, model) -> None:
    assert model.name == walk.name
    if model.state == "ARCHIVED":
        assert error_code_of(lambda: walk.mlflow.get_registered_model(walk.name)) == "RESOURCE_DOES_NOT_EXIST"
        walk.kubeflow.update("registered_model", walk.id, state="LIVE")
    seen = walk.mlflow.get_registered_model(walk.name)
    shown = properties(model)
    assert seen.tags.keys() == {key for key in shown if not key.startswith(ALIAS)}
    assert all(seen.tags[key] == shown[key] for key in seen.tags if isinstance(shown[key], str))
    aliases = {alias: str(version) for alias, version in seen.aliases.items()}
    assert aliases == {key.removeprefix(ALIAS): value for key, value in shown.items() if key.startswith(ALIAS)}
    assert (seen.description or "") == (model.description or "")
    compare_versions(walk, aliases)


def compare_versions(walk: Walk, aliases: dict[str, str]) -> None:
    live = [version for version in walk.kubeflow.all("get_registered_model_versions", walk.id) if version.state == "LIVE"]
    found = walk.mlflow.search_model_versions(f"name = '{walk.name}'")
    assert len(found) == len(live)
    assert set(aliases.values()) <= {str(version.version) for version in found}
    stages = sorted(version.current_stage for version in found)
    assert stages == sorted(properties(version).get("mlflow.stage", "None") for version in live)
