"""Registering, reading and updating models with the real client."""

import pytest
from model_registry import utils
from model_registry.exceptions import StoreError
from model_registry.types import ArtifactState, ModelArtifact, ModelVersionState, RegisteredModel, RegisteredModelState
from mr_openapi.exceptions import ApiException

FORMAT = {"model_format_name": "onnx", "model_format_version": "1"}
METADATA = {"int_key": 1, "bool_key": False, "float_key": 3.14, "str_key": "str_value", "empty": "", "negative": -7}


class TestRegistering:
    def test_with_every_argument(self, client, unique):
        name = unique("my-model")
        sources = {f"model_source_{part}": f"source {part}" for part in ("kind", "class", "group", "id", "name")}
        storage = {"storage_key": "my-data-connection", "storage_path": "path/to/model"}
        model = client.register_model(
            name,
            "https://storage-place.my-company.com",
            version="2.0.0",
            version_description="lorem ipsum",
            author="Grace Hopper",
            owner="Mary Jackson",
            service_account_name="account",
            metadata=METADATA,
            **storage,
            **sources,
            **FORMAT,
        )
        assert (model.name, model.owner, model.state) == (name, "Mary Jackson", RegisteredModelState.LIVE)
        assert int(model.create_time_since_epoch) <= int(model.last_update_time_since_epoch)

        version = client.get_model_version(name, "2.0.0")
        assert version.registered_model_id == model.id
        assert (version.name, version.author, version.description) == ("2.0.0", "Grace Hopper", "lorem ipsum")
        assert version.custom_properties == METADATA
        assert version.state == ModelVersionState.LIVE

        artifact = client.get_model_artifact(name, "2.0.0")
        assert (artifact.name, artifact.uri) == (name, "https://storage-place.my-company.com")
        assert artifact.model_dump().items() >= {**FORMAT, **storage, **sources}.items()
        assert artifact.service_account_name == "account"
        assert artifact.state == ArtifactState.UNKNOWN

    def test_with_what_is_required(self, client, registered):
        model = client.get_registered_model(registered)
        assert (model.owner, model.description, model.custom_properties) == ("Ada Lovelace", None, None)
        version = client.get_model_version(registered, "1.0")
        assert (version.author, version.description, version.custom_properties) == ("Ada Lovelace", None, None)
        artifact = client.get_model_artifact(registered, "1.0")
        assert (artifact.storage_key, artifact.storage_path, artifact.service_account_name) == (None, None, None)

    def test_second_version(self, client, registered):
        first = client.get_registered_model(registered)
        second = client.register_model(registered, "s3://bucket/other", version="2.0", owner="Bob", **FORMAT)
        assert second == first
        assert client.get_model_artifact(registered, "2.0").uri == "s3://bucket/other"
        assert client.get_model_artifact(registered, "1.0").uri == "s3://bucket/model"

    def test_version_that_exists(self, client, registered):
        with pytest.raises(StoreError, match="Version 1.0 already exists"):
            client.register_model(registered, "s3://bucket/other", version="1.0", **FORMAT)

    def test_uri_of_a_data_connection(self, client, unique):
        name = unique("s3")
        uri = utils.s3_uri_from("path/to/model", "my-bucket", endpoint="https://minio.example", region="eu")
        client.register_model(name, uri, version="1", storage_key="my-data-connection", **FORMAT)
        assert client.get_model_artifact(name, "1").uri == uri

    def test_deprecated_description(self, client, unique):
        name = unique("described")
        with pytest.warns(DeprecationWarning, match="version_description"):
            client.register_model(name, "s3://b/m", version="1", description="of the version", **FORMAT)
        assert client.get_model_version(name, "1").description == "of the version"

    @pytest.mark.parametrize("name", ["with space", "a/b", "a:b", "50%_off", "ünïcödé-模型", "it's", "?a=b&c#d"])
    def test_any_name(self, client, unique, name):
        model, version = unique(name), f"{name} v1"
        client.register_model(model, "s3://b/m", version=version, **FORMAT)
        assert client.get_registered_model(model).name == model
        assert client.get_model_version(model, version).name == version
        assert client.get_model_artifact(model, version).name == model

    def test_version_of_a_long_name(self, client, unique):
        """Upstream counts the number of the model too, so that just over 240 characters always fit."""
        name = unique("long")
        client.register_model(name, "s3://b/m", version="v" * 240, **FORMAT)
        assert client.get_model_version(name, "v" * 240).name == "v" * 240
        with pytest.raises(ApiException):
            client.register_model(name, "s3://b/m", version="w" * 255, **FORMAT)

    def test_long_texts(self, client, unique):
        name = unique("long")
        uri = f"s3://bucket/{'deep/' * 400}"
        client.register_model(
            name, uri, version="1", version_description="x" * 10_000, metadata={"k": "y" * 10_000}, **FORMAT
        )
        version = client.get_model_version(name, "1")
        assert (len(version.description), len(version.custom_properties["k"])) == (10_000, 10_000)
        assert client.get_model_artifact(name, "1").uri == uri


class TestReading:
    def test_missing_model(self, client, unique):
        name = unique("none")
        assert client.get_registered_model(name) is None
        with pytest.raises(StoreError, match=f"Model {name} does not exist"):
            client.get_model_version(name, "1")
        with pytest.raises(StoreError, match=f"Model {name} does not exist"):
            client.get_model_versions(name)

    def test_missing_version(self, client, registered):
        assert client.get_model_version(registered, "none") is None
        with pytest.raises(StoreError, match="Version none does not exist"):
            client.get_model_artifact(registered, "none")

    def test_version_without_an_artifact(self, client, api, unique):
        model = api.create("/registered_models", {"name": unique("bare")})
        api.create("/model_versions", {"name": "1", "registeredModelId": model["id"]})
        assert client.get_model_artifact(model["name"], "1") is None


class TestUpdating:
    def test_model(self, client, registered):
        model = client.get_registered_model(registered)
        model.description = "updated description"
        model.owner = "Bob"
        model.external_id = f"{registered}-external"
        model.custom_properties = METADATA
        updated = client.update(model)
        assert isinstance(updated, RegisteredModel)
        assert int(updated.last_update_time_since_epoch) >= int(model.last_update_time_since_epoch)
        updated.last_update_time_since_epoch = model.last_update_time_since_epoch
        assert updated == model
        assert client.get_registered_model(registered).custom_properties == METADATA

    def test_version(self, client, registered):
        version = client.get_model_version(registered, "1.0")
        version.description = "Updated model version"
        assert client.get_model_version(registered, "1.0").description is None
        client.update(version)
        assert client.get_model_version(registered, "1.0").description == "Updated model version"

    def test_artifact(self, client, registered):
        artifact = client.get_model_artifact(registered, "1.0")
        artifact.uri = "s3://bucket/moved"
        artifact.model_format_version = "2"
        artifact.storage_key = "other connection"
        artifact.custom_properties = METADATA
        artifact.state = ArtifactState.LIVE
        assert client.update(artifact).uri == "s3://bucket/moved"
        read = client.get_model_artifact(registered, "1.0")
        assert isinstance(read, ModelArtifact)
        assert (read.model_format_name, read.model_format_version, read.storage_key) == (
            "onnx",
            "2",
            "other connection",
        )
        assert read.custom_properties == METADATA
        assert read.state == ArtifactState.LIVE

    def test_parts_leave_each_other_alone(self, client, registered):
        model, version = client.get_registered_model(registered), client.get_model_version(registered, "1.0")
        model.description = "of the model"
        client.update(model)
        assert client.get_model_version(registered, "1.0") == version

    def test_custom_properties_are_replaced(self, client, registered):
        version = client.get_model_version(registered, "1.0")
        version.custom_properties = {"a": 1, "b": "two"}
        client.update(version)
        version.custom_properties = {"b": 2.5}
        client.update(version)
        assert client.get_model_version(registered, "1.0").custom_properties == {"b": 2.5}

    def test_archived_and_back(self, client, registered):
        model, version = client.get_registered_model(registered), client.get_model_version(registered, "1.0")
        model.state, version.state = RegisteredModelState.ARCHIVED, ModelVersionState.ARCHIVED
        client.update(model)
        client.update(version)
        assert client.get_registered_model(registered).state == RegisteredModelState.ARCHIVED
        assert client.get_model_version(registered, "1.0").state == ModelVersionState.ARCHIVED
        assert client.get_model_artifact(registered, "1.0").uri == "s3://bucket/model"
        model.state = RegisteredModelState.LIVE
        assert client.update(model).state == RegisteredModelState.LIVE
        assert client.get_model_version(registered, "1.0").state == ModelVersionState.ARCHIVED

    def test_without_an_id(self, client):
        with pytest.raises(StoreError, match="must have an ID"):
            client.update(RegisteredModel(name="new"))
