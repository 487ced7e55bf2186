"""How far a transfer is: told to the caller, or shown on the terminal."""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

ProgressCallback = Callable[[int, int | None], None]
"""Takes the bytes that are done, and those that there are, None where nobody knows. Of a transfer that begins anew they go back."""

Progress = bool | ProgressCallback | None
"""True shows a bar, a function is told, and else nothing is."""


@contextmanager
def reporting(progress: Progress, label: str) -> Iterator[ProgressCallback]:
    """What a transfer tells its progress to."""
    if callable(progress):
        yield progress
    elif not progress:
        yield tell_nobody
    else:
        bar = _bar(label)
        try:
            yield bar.show
        finally:
            bar.close()


def tell_nobody(done: int, total: int | None) -> None:
    """For transfers of which nobody wants to know."""


def _bar(label: str) -> TqdmBar | PlainBar:
    try:
        tqdm = importlib.import_module("tqdm.auto").tqdm
    except ImportError:
        return PlainBar(label, sys.stderr)
    return TqdmBar(tqdm(desc=label, unit="B", unit_scale=True, unit_divisor=1024))


class TqdmBar:
    """tqdm's, where it is installed."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar

    def show(self, done: int, total: int | None) -> None:
        """Draws it anew, as often as tqdm sees fit."""
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Leaves it as it is."""
        self._bar.close()


class PlainBar:
    """One line that is written over, ten times a second at most. Where `out` is no terminal, nothing is written."""

    def __init__(self, label: str, out: TextIO) -> None:
        self._label = label
        self._out = out
        self._is_terminal = out.isatty()
        self._next = 0.0
        self._line = ""

    def show(self, done: int, total: int | None) -> None:
        """Draws it anew where it is time to."""
        self._line = f"\r{self._label}: {_amount(done, total)}"
        if self._is_terminal and (time.monotonic() >= self._next or done == total):
            self._draw()
            self._next = time.monotonic() + 0.1

    def close(self) -> None:
        """Draws where it has come to, and ends the line."""
        if self._is_terminal:
            self._draw()
            self._out.write("\n")

    def _draw(self) -> None:
        self._out.write(self._line)
        self._out.flush()


def _amount(done: int, total: int | None) -> str:
    if not total:
        return f"{done / 1024**2:,.1f} MiB"
    filled = 30 * done // total
    return f"{done * 100 // total:3d} % |{'█' * filled}{' ' * (30 - filled)}| {done / 1024**2:,.1f} of {total / 1024**2:,.1f} MiB"
