"""Pages of what was searched here rather than by the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from mlflow.exceptions import MlflowException
from mlflow.utils.search_utils import SearchUtils

T = TypeVar("T")


def page_of(found: Sequence[T], max_results: int | None, page_token: str | None) -> tuple[list[T], str | None]:
    """The page that a token of MLflow's form asks for, and the token of the next page; None at the end.

    Without `max_results` the page has all that are left. Raises INVALID_PARAMETER_VALUE for a token or a number that is none.
    """
    if max_results is not None and (not isinstance(max_results, int) or max_results < 1):
        raise MlflowException.invalid_parameter_value(f"max_results must be a positive integer, not {max_results!r}.")
    start = SearchUtils.parse_start_offset_from_page_token(page_token)
    end = len(found) if max_results is None else start + max_results
    return list(found[start:end]), _token(end) if end < len(found) else None


def _token(offset: int) -> str:
    token = SearchUtils.create_page_token(offset)
    return token.decode() if isinstance(token, bytes) else token  # bytes before MLflow 3.5
