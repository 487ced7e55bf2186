"""The names of an earlier tracking plugin, for code that was written for it."""

from modelregistry_plugin.tracking_store import ModelRegistryStore

__all__ = ["ModelRegistryStore"]
