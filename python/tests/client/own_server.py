"""A server of one test's own, which it may kill."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

_ROOT = Path(__file__).parents[3]
_NODE = _ROOT / ".tools/node/node_modules/.bin/node"


class OwnServer:
    """This repository's, on one port, with one data folder for all its lives."""

    def __init__(self, data: Path, *flags: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        node = _NODE if _NODE.exists() else "node"
        self._command = [node, _ROOT / "src/cli/main.mjs", "serve", "--port", str(port), "--data", data, *flags]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Returns when it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self._is_answering():
            assert self._process.poll() is None and time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        """At once, as a power failure would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _is_answering(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False
