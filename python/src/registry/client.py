"""`from registry.client import ModelRegistryClient`, as before."""

from modelregistry.client import ModelRegistryClient

__all__ = ["ModelRegistryClient"]
