"""The client's lower layer: lookups by id and external id, and artifacts of every type."""

import pytest
from capabilities import needs_experiments, needs_v1
from model_registry.types import (
    Artifact,
    ArtifactTypeQueryParam,
    DataSet,
    DocArtifact,
    ListOptions,
    Metric,
    ModelArtifact,
    ModelVersion,
    Parameter,
    ParameterType,
    RegisteredModel,
)
from support import MISSING, artifact, upstream_defect


@pytest.fixture
def layer(client):
    return client._api


@pytest.fixture
def made(layer, call, unique):
    """A model and a version of it, created one by one; the model as it is read afterwards."""
    model = call(layer.upsert_registered_model(RegisteredModel(name=unique("model"), external_id=unique("model"))))
    version = ModelVersion(name="v1", external_id=unique("version"), author="Ada")
    version = call(layer.upsert_model_version(version, model.id))
    return call(layer.get_registered_model_by_params(name=model.name)), version


def test_by_id(layer, call, made):
    model, version = made
    assert call(layer.get_registered_model_by_id(model.id)) == model
    assert call(layer.get_model_version_by_id(version.id)) == version
    assert call(layer.get_registered_model_by_id(MISSING)) is None
    assert call(layer.get_model_version_by_id(MISSING)) is None
    assert call(layer.get_model_artifact_by_id(MISSING)) is None


def test_by_external_id(layer, call, made):
    model, version = made
    assert call(layer.get_registered_model_by_params(external_id=model.external_id)) == model
    assert call(layer.get_model_version_by_params(external_id=version.external_id)) == version
    assert call(layer.get_model_artifact_by_params(external_id=version.external_id)) is None


def test_model_artifact(layer, call, made, unique):
    _, version = made
    external = unique("artifact")
    sent = ModelArtifact(name="m", uri="s3://b/m", external_id=external, custom_properties={"a": 1})
    created = call(layer.upsert_model_version_artifact(sent, version.id))
    assert created.id
    assert call(layer.get_model_artifact_by_id(created.id)) == created
    assert call(layer.get_model_artifact_by_params(external_id=external)) == created
    assert call(layer.get_model_artifact_by_params(name="m", model_version_id=version.id)) == created
    assert call(layer.get_model_artifacts(version.id)) == [created]


def test_model_artifact_by_itself(layer, call, unique):
    created = call(layer.upsert_model_artifact(ModelArtifact(name=unique("loose"), uri="s3://b/m")))
    created.uri = "s3://b/moved"
    assert call(layer.upsert_model_artifact(created)).uri == "s3://b/moved"
    newest = ListOptions.order_by_creation_time(limit=20, is_asc=False)
    assert created.id in [item.id for item in call(layer.get_model_artifacts(options=newest))]


def test_artifact_of_a_version_is_updated_by_its_id(layer, call, made):
    _, version = made
    created = call(layer.upsert_model_version_artifact(DocArtifact(name="card", uri="s3://b/card"), version.id))
    created.description = "changed"
    updated = call(layer.upsert_model_version_artifact(created, version.id))
    assert (updated.id, updated.description) == (created.id, "changed")
    assert len(call(layer.get_model_version_artifacts(version.id))) == 1


def test_artifacts_of_every_type(layer, call, made):
    _, version = made
    sent = [
        ModelArtifact(name="model", uri="s3://b/m"),
        DocArtifact(name="card", uri="s3://b/card", description="a card"),
        DataSet(name="data", uri="s3://b/d", digest="1", source_type="s3", source="s", schema="{}", profile="{}"),
        Parameter(name="lr", value="0.1", parameter_type=ParameterType.NUMBER),
    ]
    created = [call(layer.upsert_model_version_artifact(item, version.id)) for item in sent]
    assert [type(item) for item in created] == [type(item) for item in sent]
    assert call(layer.get_model_version_artifacts(version.id)) == created
    assert call(layer.get_model_artifacts(version.id)) == created[:1]
    only_docs = ListOptions.artifact_type(ArtifactTypeQueryParam.DOC_MINUS_ARTIFACT)
    assert call(layer.get_model_version_artifacts(version.id, only_docs)) == created[1:2]
    by_page = ListOptions(limit=3)
    pages = [call(layer.get_model_version_artifacts(version.id, by_page)) for _ in range(2)]
    assert [len(page) for page in pages] == [3, 1]


@needs_experiments
def test_metric_of_a_version(layer, call, made):
    _, version = made
    sent = Metric(name="loss", value=0.5, step=7, timestamp="1700000000000")
    created = call(layer.upsert_model_version_artifact(sent, version.id))
    assert (created.value, created.step, created.timestamp) == (0.5, 7, "1700000000000")
    assert call(layer.get_model_version_artifacts(version.id)) == [created]


@needs_v1
@upstream_defect("v1 writes a step as a number, which the v1 client refuses")
def test_metric_that_others_logged_is_read(layer, call, made, api):
    """The v1 client cannot send metrics itself: it gives its own model a number where that wants a text."""
    _, version = made
    api.upsert(f"/model_versions/{version.id}/artifacts", artifact("metric", "loss", step="7"))
    [metric] = call(layer.get_model_version_artifacts(version.id))
    assert isinstance(metric, Metric)
    assert (metric.value, metric.step) == (0.5, 7)


@needs_experiments
def test_artifacts_everywhere(layer, call, unique):
    uri = f"s3://bucket/{unique('model')}"
    created = call(layer.upsert_model_artifact(ModelArtifact(name=unique("loose"), uri=uri)))
    found: list[Artifact] = call(layer.get_artifacts(filter_query=f"uri = '{uri}'"))
    assert found == [created]
    assert call(layer.get_artifacts(filter_query=f"uri = '{uri}'", artifact_type="doc-artifact")) == []
