"""Which of two kinds of server is at an address; asked once in a process for each address."""

from __future__ import annotations

import enum
import logging
import threading
from collections.abc import Callable

import requests
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import ENDPOINT_NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED

from modelregistry.connection_problems import is_tls_failure
from modelregistry.settings import Settings
from modelregistry.transport import send


class Server(enum.Enum):
    """What a server speaks."""

    NATIVE = "MLflow's API, and Kubeflow's"
    KUBEFLOW = "Kubeflow's API alone"


_MLFLOW_PROBE = "/api/2.0/mlflow/experiments/get?experiment_id=0"
_KUBEFLOW_PROBES = tuple(
    f"/api/model_registry/{version}/registered_models?pageSize=1" for version in ("v1alpha3", "v1")
)

_logger = logging.getLogger(__name__)

_found: dict[str, Server] = {}
_lock = threading.Lock()


def detect_server(settings: Settings) -> Server:
    """The kind of server at the settings' address.

    Raises `MlflowException` if it can't be reached, refuses the token, or speaks neither API; that is not remembered.
    """
    with _lock:
        if settings.url not in _found:
            _found[settings.url] = _ask(settings)
        return _found[settings.url]


def _ask(settings: Settings) -> Server:
    if _answers(settings, _MLFLOW_PROBE, _is_mlflow):
        return Server.NATIVE
    if any(_answers(settings, probe, _is_kubeflow) for probe in _KUBEFLOW_PROBES):
        return Server.KUBEFLOW
    raise MlflowException(
        f"{settings.url} speaks neither MLflow's API nor Kubeflow's. Are host, port and path of the address right?",
        error_code=ENDPOINT_NOT_FOUND,
    )


def _answers(settings: Settings, probe: str, is_expected: Callable[[requests.Response], bool]) -> bool:
    response = _send_patiently(settings, probe)
    if response.status_code in (401, 403):
        raise _refused(settings, response.status_code)
    return is_expected(response)


def _send_patiently(settings: Settings, probe: str) -> requests.Response:
    """Tries again as MLflow does, except where TLS fails: that stays so, and MLflow's tries would take minutes."""
    try:
        return send(settings, "GET", probe, max_retries=0)
    except MlflowException as error:
        if is_tls_failure(error):
            raise
        _logger.warning("%s. Trying again, up to MLFLOW_HTTP_REQUEST_MAX_RETRIES times", error)
    return send(settings, "GET", probe)


def _is_mlflow(response: requests.Response) -> bool:
    return bool({"experiment", "error_code"} & _fields(response))


def _is_kubeflow(response: requests.Response) -> bool:
    return response.status_code == 200 and "items" in _fields(response)


def _fields(response: requests.Response) -> set[str]:
    try:
        body = response.json()
    except ValueError:
        return set()
    return set(body) if isinstance(body, dict) else set()


def _refused(settings: Settings, status: int) -> MlflowException:
    if settings.token is None:
        problem = "it wants a token: give one as user-token in the address or as MODEL_REGISTRY_TOKEN"
    else:
        problem = "it refuses the token. Is it the right one, and not expired?"
    code = UNAUTHENTICATED if status == 401 else PERMISSION_DENIED
    return MlflowException(f"{settings.url}: {problem} (HTTP {status})", error_code=code)
