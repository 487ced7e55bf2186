"""Points MLflow at a model registry by `modelregistry://` addresses.

MLflow loads the entry points of this package while it is being imported itself: what they name imports MLflow only when it is called.
"""
