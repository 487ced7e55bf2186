"""The tracking store under its earlier name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelregistry.tracking import open_tracking_store

if TYPE_CHECKING:
    from mlflow.store.tracking.abstract_store import AbstractStore


class _Opening(type):
    """Makes a class of which calls give one of the stores, so that these are instances of it."""

    def __call__(cls, store_uri: str | None = None, artifact_uri: str | None = None) -> AbstractStore:
        return open_tracking_store(store_uri or "modelregistry:///", artifact_uri)

    def __instancecheck__(cls, instance: object) -> bool:
        from modelregistry.kubeflow.tracking import KubeflowTrackingStore
        from modelregistry.native.tracking import NativeTrackingStore

        return isinstance(instance, (NativeTrackingStore, KubeflowTrackingStore))


class ModelRegistryStore(metaclass=_Opening):
    """`ModelRegistryStore(store_uri="modelregistry://…", artifact_uri="s3://…")` is the tracking store of that address.

    Without `store_uri` all settings come from the environment. `artifact_uri` is as in `modelregistry.tracking.open_tracking_store`.
    """
