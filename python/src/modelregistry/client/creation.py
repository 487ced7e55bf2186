"""Requests that make a model, when answers get lost: never two models, and none that is there taken for a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelregistry.client.connection import Connection, Patience, is_passing, never_arrived
from modelregistry.client.exceptions import AlreadyExistsError, ModelRegistryError, NotFoundError, WrongStateError
from modelregistry.client.reading import files_of, models_page
from modelregistry.client.sources import Source
from modelregistry.client.stored import StoredModel

Fields = dict[str, Any]
"""What is said of a model, as the server takes it."""


def make_once(
    connection: Connection,
    source: Source,
    fields: Fields,
    send: Callable[[], StoredModel],
    *,
    can_repeat: Callable[[], bool],
) -> StoredModel:
    """The model that `send` makes, which is tried again where that does no harm; `can_repeat` says so after a request without an answer.

    What the server refuses because it is taken may be what an earlier try has made: then that is returned.
    """
    patience = Patience(connection.retries)
    may_be_made = False
    while True:
        try:
            return send()
        except (AlreadyExistsError, NotFoundError, WrongStateError):
            if may_be_made and (made := _find(connection, source, fields)):
                return made
            raise
        except ModelRegistryError as error:
            may_be_made = may_be_made or (is_passing(error) and not never_arrived(error))
            if may_be_made and not can_repeat():
                raise _unknown(error) from error
            if not source.can_restart:
                raise
            patience.wait_after(error)


def _unknown(error: ModelRegistryError) -> ModelRegistryError:
    """The same error, saying more."""
    return type(error)(
        f"whether the model was made is not known ({error}): list_models(name=…) tells. With an id or a version, an upload is tried again "
        "by itself",
        status=error.status,
        code=error.code,
    )


def _find(connection: Connection, source: Source, fields: Fields) -> StoredModel | None:
    """The model that has these fields and the source's bytes, if there is one."""
    known: dict[str, str | int] = {name: fields[name] for name in ("name", "version", "id") if name in fields}
    candidates = models_page(connection, known).models
    return next((model for model in candidates if _is_of(connection, model, source, fields)), None)


def _is_of(connection: Connection, model: StoredModel, source: Source, fields: Fields) -> bool:
    return _has(model, fields) and source.is_kept_as(model, lambda: files_of(connection, model.metadata_id))


def _has(model: StoredModel, fields: Fields) -> bool:
    """Whether a model has these fields, and of those that are not given none that its maker could have said."""
    said = {name: value for name, value in fields.items() if name not in ("unpack", "sha256")}
    unsaid = dict.fromkeys(("id", "description", "framework", "author", "metrics", "parameters", "tags"))
    return all((model.get(name) or None) == (value or None) for name, value in {**unsaid, **said}.items())
