"""Facts in which servers differ on purpose, asked of the server itself."""

import functools
from collections.abc import Callable

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from support import add_version, unique_name


@functools.cache
def searches_versions_by_stage(client: MlflowClient) -> bool:
    """Guides filter versions by `current_stage`; the official server names the keys it knows and refuses this one."""
    return _accepts(lambda: client.search_model_versions("name='none' AND current_stage='Production'"))


@functools.cache
def combines_conditions_freely(client: MlflowClient) -> bool:
    """`OR`, `NOT` and parentheses in filters, which the official server refuses."""
    return _accepts(lambda: client.search_registered_models("name = 'none' OR (NOT name LIKE 'n%')"))


@functools.cache
def lets_latest_be_set(client: MlflowClient) -> bool:
    """Guides set the alias `latest` by hand; the official server keeps it to itself, as the newest version."""
    name = unique_name("latest")
    client.create_registered_model(name)
    version = add_version(client, name)
    return _accepts(lambda: client.set_registered_model_alias(name, "latest", version))


@functools.cache
def frees_names_of_deleted_experiments(client: MlflowClient) -> bool:
    """The official server lets a deleted experiment keep its name until it is purged."""
    name = unique_name("freed")
    client.delete_experiment(client.create_experiment(name))
    return _accepts(lambda: client.create_experiment(name), "RESOURCE_ALREADY_EXISTS")


def _accepts(call: Callable[[], object], refused_with: str = "INVALID_PARAMETER_VALUE") -> bool:
    try:
        call()
    except MlflowException as refusal:
        assert refusal.error_code == refused_with, refusal
        return False
    return True
