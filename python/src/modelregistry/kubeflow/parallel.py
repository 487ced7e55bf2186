"""Requests for many records at once, where the API has none for several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")

_WORKERS = 8


def for_each(function: Callable[[T], U], items: Iterable[T]) -> list[U]:
    """The results in the order of the items, up to eight requests at a time. The first error is raised when all have ended."""
    items = list(items)
    if len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(_WORKERS, len(items))) as pool:
        return list(pool.map(function, items))
