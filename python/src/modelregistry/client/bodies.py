"""Bodies of requests, sent as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from modelregistry.client.progress import ProgressCallback


class SizedBody:
    """Pieces of bytes of which the number is known, so that it is said before they are sent. requests asks for `__len__`."""

    def __init__(self, pieces: Iterable[bytes], size: int) -> None:
        self._pieces = pieces
        self._size = size

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def __len__(self) -> int:
        return self._size


def reported(pieces: Iterable[bytes], report: ProgressCallback, done: int, total: int | None) -> Iterator[bytes]:
    """The pieces, of which each is told when the next one is asked for; `done` bytes have gone before them."""
    report(done, total)
    for piece in pieces:
        yield piece
        done += len(piece)
        report(done, total)
