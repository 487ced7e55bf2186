"""Prints what the installed Kubeflow client knows of the contract, as JSON: its operations, its enums, and the fields of its models.
A type is text: `string`, `integer`, `number`, `boolean`, the name of a model or an enum, `list of …` or `map of …`."""

import ast
import inspect
import json
import re
import typing
from enum import Enum
from types import UnionType

from mr_openapi import models
from mr_openapi.api.model_registry_service_api import ModelRegistryServiceApi
from pydantic import BaseModel

PLAIN_TYPES = {str: "string", bytes: "string", int: "integer", float: "number", bool: "boolean"}


class Argument(str):
    """Stands for an argument of an operation. It has the `value` of an enum's member too."""

    value = property(lambda self: self)


class Recorder:
    """Takes the place of the HTTP client and gives back what it would send."""

    def select_header_accept(self, _types):
        return None

    select_header_content_type = select_header_accept

    def param_serialize(self, **request):
        return request


def operations():
    api = ModelRegistryServiceApi(Recorder())
    for name, method in inspect.getmembers(ModelRegistryServiceApi, inspect.isfunction):
        serialize = getattr(api, f"_{name}_serialize", None)
        if serialize is not None:
            yield describe_operation(name, method, serialize)


def describe_operation(name, method, serialize):
    types = {argument: type_name(hint) for argument, hint in typing.get_type_hints(method).items()}
    arguments = inspect.signature(serialize).parameters
    request = serialize(**{each: None if each.startswith("_") else Argument(each) for each in arguments})
    return {
        "name": name,
        "method": request["method"],
        "path": request["resource_path"],
        "pathParameters": {wire: types[argument] for wire, argument in request["path_params"].items()},
        "query": {wire: types[argument] for wire, argument in request["query_params"]},
        "body": None if request["body"] is None else types[request["body"]],
        "responses": responses_of(method),
    }


def responses_of(method):
    source = inspect.getsource(inspect.unwrap(method))
    return ast.literal_eval(re.search(r"_response_types_map[^{]*=\s*(\{.*?\})", source, re.DOTALL).group(1))


def type_name(hint):
    origin = typing.get_origin(hint)
    arguments = [argument for argument in typing.get_args(hint) if argument is not type(None)]
    if origin is typing.Annotated:
        return type_name(arguments[0])
    if origin in (typing.Union, UnionType):
        # A number may come as an integer, and bytes as text.
        names = list(dict.fromkeys(type_name(argument) for argument in arguments))
        return "number" if set(names) == {"number", "integer"} else " or ".join(names)
    if origin is list:
        return f"list of {type_name(arguments[0])}"
    if origin is dict:
        return f"map of {type_name(arguments[1])}"
    return PLAIN_TYPES.get(hint) or getattr(hint, "__name__", str(hint))


def describe_model(model):
    variants = model.model_fields.get("one_of_schemas")
    if variants is not None:
        return {"oneOf": sorted(variants.default)}
    fields = model.model_fields.items()
    return {"fields": {field.alias or name: describe_field(model, name, field) for name, field in fields}}


def describe_field(model, name, field):
    return {
        "type": type_name(field.annotation),
        "required": field.is_required(),
        "values": allowed_values(model, name),
    }


def allowed_values(model, name):
    """What the model's own validator lets through, of a text that is one of few."""
    validator = getattr(model, f"{name}_validate_enum", None)
    if validator is None:
        return []
    return sorted(ast.literal_eval(re.search(r"not in (\{.*?\})", inspect.getsource(validator), re.DOTALL).group(1)))


def classes(base):
    return {name: each for name, each in vars(models).items() if isinstance(each, type) and issubclass(each, base)}


print(
    json.dumps(
        {
            "operations": list(operations()),
            "models": {name: describe_model(model) for name, model in classes(BaseModel).items()},
            "enums": {name: [member.value for member in enum] for name, enum in classes(Enum).items()},
        }
    )
)
