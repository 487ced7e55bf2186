"""A network that fails as it is told to, between a client and the real server: it passes bytes on, cuts connections, and spoils bytes."""

from __future__ import annotations

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit


@dataclass
class Fault:
    """What happens to one connection after so many bytes in one direction: `up` is to the server."""

    kind: Literal["cut", "spoil"]
    direction: Literal["up", "down"]
    after: int = 0
    once_sent: bytes = b""
    """The fault waits until the client has sent these bytes."""
    is_armed: bool = False

    def look(self, sent: bytes) -> None:
        self.is_armed = self.is_armed or self.once_sent in sent


@dataclass
class Proxy:
    """Listens on a free port of 127.0.0.1."""

    upstream: tuple[str, int]
    port: int = 0
    faults: deque[Fault | None] = field(default_factory=deque)
    """Of the connections to come, in their order; those that are left have none."""
    connections: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def start_proxy(url: str) -> Iterator[Proxy]:
    parts = urlsplit(url)
    proxy = Proxy((parts.hostname or "", parts.port or 80))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy.port = listener.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(proxy, listener))
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _accept(proxy: Proxy, listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        proxy.connections += 1
        fault = proxy.faults.popleft() if proxy.faults else None
        try:
            server = socket.create_connection(proxy.upstream)
        except OSError:
            client.close()
            continue
        for direction, source, target in (("up", client, server), ("down", server, client)):
            threading.Thread(target=_pass_on, args=(source, target, direction, fault), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, direction: str, fault: Fault | None) -> None:
    passed = 0
    with suppress(OSError):
        while data := source.recv(65536):
            if fault and direction == "up":
                fault.look(data)
            if fault and fault.direction == direction and fault.is_armed and passed + len(data) > fault.after:
                if fault.kind == "cut":
                    break
                data, fault = _spoilt(data, fault.after - passed), None
            target.sendall(data)
            passed += len(data)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


def _spoilt(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
