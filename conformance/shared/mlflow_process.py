"""MLflow's client keeps settings and state in its process: each run has settings of its own, each test none of another's state."""

import os

# Read by mlflow when it is imported or at each request; a 5xx must fail at once rather than be retried for minutes.
SETTINGS = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "0",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "30",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_DISABLE_ENV_CREATION": "true",
    "GIT_PYTHON_REFRESH": "quiet",
    "MPLBACKEND": "agg",
}

# What the machine has for a server of its own.
INHERITED = ("MLFLOW_REGISTRY_URI", "MLFLOW_EXPERIMENT_ID", "MLFLOW_EXPERIMENT_NAME", "MLFLOW_RUN_ID")


def set_up(tracking_address):
    """Before mlflow is imported."""
    os.environ.update(SETTINGS)
    if tracking_address:
        os.environ["MLFLOW_TRACKING_URI"] = tracking_address
    for inherited in INHERITED:
        os.environ.pop(inherited, None)


def forget_state():
    """Leaves no active run and no default experiment to the next test."""
    import mlflow

    while mlflow.active_run():
        mlflow.end_run()
    mlflow.tracking.fluent._active_experiment_id = None
