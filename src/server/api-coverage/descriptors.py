"""Prints the REST operations that the installed mlflow client knows, as JSON: name, method, path, first API version."""

import importlib
import json
import pkgutil

import mlflow.protos
from mlflow.protos import databricks_pb2

# Services of Databricks, which clients call for databricks:// and uc:// addresses alone.
DATABRICKS_MODULES = ("databricks_", "unity_catalog_")


def operations():
    for module in pkgutil.iter_modules(mlflow.protos.__path__):
        if not module.name.endswith("_pb2") or module.name.startswith(DATABRICKS_MODULES):
            continue
        try:
            descriptor = importlib.import_module(f"mlflow.protos.{module.name}").DESCRIPTOR
        except (ImportError, TypeError):
            continue
        for service in descriptor.services_by_name.values():
            for method in service.methods:
                for endpoint in method.GetOptions().Extensions[databricks_pb2.rpc].endpoints:
                    yield {
                        "name": method.name,
                        "method": endpoint.method,
                        "path": endpoint.path,
                        "version": endpoint.since.major,
                    }


print(json.dumps(list(operations())))
