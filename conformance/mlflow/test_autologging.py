"""mlflow.sklearn.autolog: what one call of fit leaves behind."""

import mlflow
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV


@pytest.fixture
def autolog():
    yield lambda **options: mlflow.sklearn.autolog(silent=True, log_model_signatures=False, **options)
    mlflow.sklearn.autolog(disable=True, silent=True)


def test_fit_makes_a_run(client, experiment_id, data, autolog):
    autolog(log_models=False)
    LogisticRegression(C=3, max_iter=50).fit(data.features, data.labels)
    (run,) = client.search_runs([experiment_id])
    assert run.info.status == "FINISHED"
    assert (run.data.params["C"], run.data.params["max_iter"]) == ("3", "50")
    assert run.data.metrics["training_accuracy_score"] == 1.0
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    assert "training_confusion_matrix.png" in {file.path for file in client.list_artifacts(run.info.run_id)}
    (dataset,) = run.inputs.dataset_inputs
    assert {tag.key: tag.value for tag in dataset.tags} == {"mlflow.data.context": "train"}


def test_into_the_active_run_with_a_score_afterwards(client, experiment_id, data, autolog):
    autolog(log_models=False)
    with mlflow.start_run() as run:
        fitted = LogisticRegression().fit(data.features, data.labels)
        fitted.score(data.features, data.labels)
    metrics = client.get_run(run.info.run_id).data.metrics
    assert "training_score" in metrics
    assert any(key.startswith("LogisticRegression_score") for key in metrics)


def test_registering_what_was_fitted(client, experiment_id, data, model_name, autolog, monkeypatch):
    monkeypatch.setattr("mlflow.models.infer_pip_requirements", lambda *_, **__: [])
    autolog(registered_model_name=model_name, log_datasets=False, log_post_training_metrics=False)
    LogisticRegression().fit(data.features, data.labels)
    assert client.get_latest_versions(model_name)[0].run_id
    loaded = mlflow.pyfunc.load_model(f"models:/{model_name}/1")
    assert list(loaded.predict(data.features)) == data.labels


def test_search_over_parameters_makes_child_runs(client, experiment_id, data, autolog):
    autolog(log_models=False, log_datasets=False, max_tuning_runs=2)
    GridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2).fit(data.features, data.labels)
    runs = client.search_runs([experiment_id])
    parents = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
    assert (len(parents), len(children)) == (1, 2)
    assert {run.data.tags["mlflow.parentRunId"] for run in children} == {parents[0].info.run_id}
    assert {run.data.params["C"] for run in children} == {"0.1", "1.0"}
    assert "best_cv_score" in parents[0].data.metrics
