"""A gateway before the real server, as clusters have them: it can end TLS, want a token and hide paths, and remembers what it saw."""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Gateway:
    """One that listens on a free port of 127.0.0.1. Change it as it runs."""

    upstream: str
    port: int = 0
    token: str | None = None
    """The only one that is let through; None lets all through, also those without a token."""
    hidden: tuple[str, ...] = ()
    """Beginnings of paths that are not there."""
    seen: list[tuple[str, str, str | None]] = field(default_factory=list)
    """Method, path and `Authorization` of each request, in order."""

    @property
    def tokens(self) -> list[str | None]:
        return [token for _, _, token in self.seen]


@contextmanager
def start_gateway(upstream: str, context: ssl.SSLContext | None = None, **options: object) -> Iterator[Gateway]:
    gateway = Gateway(upstream, **options)  # type: ignore[arg-type]

    class Handler(_Forwarding):
        def answer(self) -> None:
            self.forward(gateway)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = answer  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # handshakes that tests let fail
    gateway.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Forwarding(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def forward(self, gateway: Gateway) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        authorization = self.headers.get("Authorization")
        gateway.seen.append((self.command, self.path, authorization))
        if gateway.token is not None and authorization != f"Bearer {gateway.token}":
            self._send(401, [], b"who are you?")
        elif self.path.startswith(gateway.hidden):
            self._send(404, [], b"404 page not found\n")
        else:
            self._pass_on(gateway.upstream, body)

    def _pass_on(self, upstream: str, body: bytes) -> None:
        connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, body, headers)
        response = connection.getresponse()
        content = response.read()
        connection.close()
        dropped = ("transfer-encoding", "content-length", "connection", "keep-alive")
        self._send(response.status, [pair for pair in response.getheaders() if pair[0].lower() not in dropped], content)

    def _send(self, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what it saw is in `Gateway.seen`."""
