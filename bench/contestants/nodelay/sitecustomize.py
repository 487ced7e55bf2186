"""Sets TCP_NODELAY on every listening socket of a Python server; the connections it accepts inherit it."""

import socket

_listen = socket.socket.listen


def _listen_without_delay(self, *backlog):
    if self.family in (socket.AF_INET, socket.AF_INET6):
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _listen(self, *backlog)


socket.socket.listen = _listen_without_delay
