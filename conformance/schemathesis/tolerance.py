"""What the contract tolerates, as the clients in use rely on it, although its schemas don't allow it."""

import json

from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation

from conformance.schemathesis.queries import negated_parameters

# An unknown order is the default one.
TOLERATED_PARAMETERS = {"orderBy", "sortOrder"}

# The value of a custom property that comes without one.
ZEROS = {
    "MetadataBoolValue": ("bool_value", False),
    "MetadataDoubleValue": ("double_value", 0),
    "MetadataIntValue": ("int_value", "0"),
    "MetadataStringValue": ("string_value", ""),
    "MetadataStructValue": ("struct_value", ""),
}


def is_tolerated(case, response):
    """Whether a request is wrong only in what is tolerated."""
    if "positive test case" in (getattr(case.meta.phase.data, "description", None) or "").lower():
        # Looked at again after a hook, a file's bytes are no text, which its schema seems to ask for.
        return True
    if negated_parameters(case) == {"metadata"} and is_known_metadata(case):
        return True
    negated = {location for location in ParameterLocation if case.meta.is_negative_at(location)}
    if negated == {ParameterLocation.QUERY}:
        parameters = negated_parameters(case)
        return bool(parameters) and parameters <= TOLERATED_PARAMETERS | empty_page_size(response)
    return negated == {ParameterLocation.BODY} and is_tolerated_body(case)


def is_known_metadata(case):
    """A tag of any name is no violation, although schemathesis counts one that it has added as such."""
    try:
        tags = json.loads(case.query["metadata"])["tags"]
    except (KeyError, TypeError, ValueError):
        return False
    return "x-schemathesis-additional" in tags and all(isinstance(value, str) for value in tags.values())


def empty_page_size(response):
    """An empty page size is none; an empty object or list is sent so too."""
    return {"pageSize"} if "pageSize=&" in f"{response.request.url}&" else set()


def is_tolerated_body(case):
    """A null counts as absent, a custom property without its value has the zero of its type, and v1 takes steps as numbers too."""
    if not isinstance(case.body, dict):
        return False
    body = {name: value for name, value in case.body.items() if value is not None}
    properties = body.get("customProperties")
    if isinstance(properties, dict):
        body["customProperties"] = {key: with_value(value) for key, value in properties.items()}
    return fits(case, body) or ("step" in body and fits(case, {**body, "step": str(body["step"])}))


def fits(case, body):
    schema = case.operation.get_body_for_media_type(case.media_type).permissive_schema
    return make_validator(schema, case.operation.schema.adapter.jsonschema_validator_cls).is_valid(body)


def with_value(value):
    if not isinstance(value, dict):
        return value
    member, zero = ZEROS.get(value.get("metadataType"), (None, None))
    return value if member is None or value.get(member) is not None else {**value, member: zero}
