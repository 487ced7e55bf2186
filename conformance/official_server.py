"""Start the official `mlflow server` with throw-away storage, for tests and benchmarks that compare with it.

    python conformance/official_server.py                          print the URL, serve until interrupted
    python conformance/official_server.py -- pytest conformance/mlflow
                                                                   run a command with MODELREGISTRY_URL set to the
                                                                   server, stop the server, exit with its status

The server is the one installed for `--python` (by default the interpreter that runs this file). By default it is light:
one worker, no job runner. `--as-shipped` gives what a user of `mlflow server` gets. Only the standard library is used.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

# uvicorn with several workers hands asyncio a socket on which asyncio does not set TCP_NODELAY, so that every answer
# on a kept connection waits for a delayed acknowledgement. `--nodelay` takes that out of a comparison.
NODELAY_SITECUSTOMIZE = """\
import socket

accept = socket.socket.accept


def accept_without_delay(self):
    connection, address = accept(self)
    if connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection, address


socket.socket.accept = accept_without_delay
"""


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the mlflow to serve")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--data", type=Path, help="folder to keep the records in (default: a temporary one)")
    parser.add_argument("--as-shipped", action="store_true", help="4 workers and the job runner, as users get it")
    parser.add_argument("--nodelay", action="store_true", help="set TCP_NODELAY on accepted connections")
    parser.add_argument("--start-timeout", type=float, default=120, metavar="SECONDS")
    parser.add_argument("--verbose", action="store_true", help="show the server's own output")
    parser.add_argument("command", nargs="*", help="command to run against the server, after --")
    return parser.parse_args()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_environment(options: argparse.Namespace, scratch: Path) -> dict[str, str]:
    environment = dict(os.environ, MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")
    environment.pop("MLFLOW_TRACKING_URI", None)
    if not options.as_shipped:
        environment["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    if options.nodelay:
        (scratch / "sitecustomize.py").write_text(NODELAY_SITECUSTOMIZE)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [str(scratch), environment.get("PYTHONPATH")]))
    return environment


def server_command(options: argparse.Namespace, port: int, data: Path) -> list[str]:
    command = [options.python, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{data / 'mlflow.db'}", "--artifacts-destination", str(data / "artifacts")]
    return command if options.as_shipped else [*command, "--workers", str(options.workers)]


def wait_until_healthy(url: str, server: subprocess.Popen, seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"{url}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        time.sleep(0.1)
    output = log.read_text(errors="replace")[-4000:] if log.exists() else ""
    sys.exit(f"mlflow server did not answer {url}/health within {seconds:g} s\n{output}")


def stop(server: subprocess.Popen) -> None:
    """End the server with its workers: it is started as the leader of a process group of its own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)
    server.wait()


@contextlib.contextmanager
def official_server(options: argparse.Namespace) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="official-mlflow-", ignore_cleanup_errors=True) as temporary:
        scratch = Path(temporary)
        data = (options.data or scratch / "data").absolute()
        data.mkdir(parents=True, exist_ok=True)
        port = options.port or free_port()
        url, log = f"http://127.0.0.1:{port}", scratch / "server.log"
        with log.open("wb") as sink:
            server = subprocess.Popen(
                server_command(options, port, data),
                cwd=scratch,
                env=server_environment(options, scratch),
                stdout=None if options.verbose else sink,
                stderr=None if options.verbose else subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until_healthy(url, server, options.start_timeout, log)
            yield url
        finally:
            stop(server)


def main() -> int:
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with official_server(options) as url:
            if options.command:
                return subprocess.run(options.command, env={**os.environ, "MODELREGISTRY_URL": url}).returncode
            print(url, flush=True)
            signal.pause()
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
