"""Serving is Kubeflow's alone; what is served may be MLflow's."""

import pytest
from mr_openapi import InferenceServiceCreate, ServeModelCreate, ServingEnvironmentCreate
from support import unique_name


@pytest.fixture
def service(kubeflow, mlflow_model):
    """An inference service of a model that MLflow has made."""
    environment = kubeflow.call("create_serving_environment", ServingEnvironmentCreate(name=unique_name("cluster")))
    model_id = kubeflow.model(mlflow_model.name).id
    body = InferenceServiceCreate(name="churn", registered_model_id=model_id, serving_environment_id=environment.id)
    return kubeflow.call("create_environment_inference_service", environment.id, body)


def test_it_serves_mlflows_newest_version(mlflow_client, kubeflow, mlflow_model, service):
    assert kubeflow.call("get_inference_service_model", service.id).name == mlflow_model.name
    assert kubeflow.call("get_inference_service_version", service.id).name == "1"
    mlflow_client.create_model_version(mlflow_model.name, "s3://bucket/churn/2", await_creation_for=0)
    assert kubeflow.call("get_inference_service_version", service.id).name == "2"
    mlflow_client.delete_model_version(mlflow_model.name, "2")
    assert kubeflow.call("get_inference_service_version", service.id).name == "1"


def test_it_follows_a_rename(mlflow_client, kubeflow, mlflow_model, service):
    renamed = unique_name("renamed")
    mlflow_client.rename_registered_model(mlflow_model.name, renamed)
    assert kubeflow.call("get_inference_service_model", service.id).name == renamed


def test_a_model_that_mlflow_deletes_is_still_its_model(mlflow_client, kubeflow, mlflow_model, service):
    mlflow_client.delete_registered_model(mlflow_model.name)
    assert kubeflow.call("get_inference_service_model", service.id).state == "ARCHIVED"


def test_a_version_that_it_names(mlflow_client, kubeflow, mlflow_model, service):
    first = kubeflow.version(mlflow_model.name, "1")
    mlflow_client.create_model_version(mlflow_model.name, "s3://bucket/churn/2", await_creation_for=0)
    kubeflow.update("inference_service", service.id, modelVersionId=first.id)
    assert kubeflow.call("get_inference_service_version", service.id).id == first.id
    served = kubeflow.call("create_inference_service_serve", service.id, ServeModelCreate(model_version_id=first.id))
    assert served.model_version_id == first.id
