"""The main job of a model registry, in one page: train a model, register it, name the good version, use it by that name.

    npm run example
    MLFLOW_TRACKING_URI=http://127.0.0.1:5000 python examples/train_and_register.py

Only the usual `mlflow` and `scikit-learn` packages are used; nothing here knows which server it talks to.
"""

import logging
import os
import warnings

os.environ.setdefault("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

import mlflow
from mlflow.models import infer_signature
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

MODEL_NAME = "wine-classifier"
ALIAS = "champion"


def step(text: str) -> None:
    print(f"\n• {text}")


def detail(text: str) -> None:
    print(f"    {text}")


def train(experiment: str) -> tuple[str, object, object]:
    """Trains in a run, logs it with its model, and returns the version's number and the data kept aside."""
    wine = load_wine(as_frame=True)
    x_train, x_test, y_train, y_test = train_test_split(wine.data, wine.target, random_state=7)
    params = {"n_estimators": 8, "max_depth": 2, "random_state": 7}

    step(f"Training a random forest on {len(x_train)} wines, as a run of the experiment “{experiment}”")
    mlflow.set_experiment(experiment)
    with mlflow.start_run() as run:
        model = RandomForestClassifier(**params).fit(x_train, y_train)
        accuracy = model.score(x_test, y_test)
        mlflow.log_params(params)
        mlflow.log_metric("accuracy", accuracy)
        detail(f"run {run.info.run_name} ({run.info.run_id})")
        detail(f"params {params}")
        detail(f"accuracy {accuracy:.3f} on {len(x_test)} wines it had not seen")

        step(f"Logging the model and registering it as “{MODEL_NAME}”")
        info = mlflow.sklearn.log_model(
            model,
            name="model",
            registered_model_name=MODEL_NAME,
            signature=infer_signature(x_train, model.predict(x_train)),
            input_example=x_train.head(2),
            # pickle, as always: newer clients would write the skops format, which needs one more package.
            serialization_format="cloudpickle",
        )
        detail(f"version {info.registered_model_version}, from {info.model_uri}")
    return info.registered_model_version, x_test, y_test


def promote(version: str) -> None:
    step(f"Giving version {version} the alias “{ALIAS}”")
    client = mlflow.MlflowClient()
    client.set_registered_model_alias(MODEL_NAME, ALIAS, version)
    client.update_model_version(MODEL_NAME, version, description="Random forest on the wine data set")
    found = client.get_model_version_by_alias(MODEL_NAME, ALIAS)
    detail(f"{MODEL_NAME}@{ALIAS} is version {found.version} of run {found.run_id}")


def predict(x_test, y_test) -> None:
    uri = f"models:/{MODEL_NAME}@{ALIAS}"
    step(f"Loading {uri} and predicting, as a service would")
    model = mlflow.pyfunc.load_model(uri)
    predicted = model.predict(x_test)
    for (index, row), kind in list(zip(x_test.iterrows(), predicted))[:5]:
        verdict = "right" if kind == y_test[index] else f"in truth {y_test[index]}"
        detail(f"wine {index:>3}: {row['alcohol']:.1f} % alcohol → kind {kind} ({verdict})")
    detail(f"{(predicted == y_test).sum()} of {len(y_test)} right")


def main() -> None:
    warnings.filterwarnings("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    url = mlflow.get_tracking_uri()
    print(f"mlflow {mlflow.__version__} talking to {url}")
    version, x_test, y_test = train("wine")
    promote(version)
    predict(x_test, y_test)
    print(f"\nDone. Everything above is on {url}.")


if __name__ == "__main__":
    main()
