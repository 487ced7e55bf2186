"""`from registry.schemas import ModelMetadata`, as before."""

from modelregistry.client import ModelMetadata, StoredModel, UploadResponse

__all__ = ["ModelMetadata", "StoredModel", "UploadResponse"]
