"""Bodies that fit the resources that are there."""

from schemathesis.core.jsonschema import BUNDLE_STORAGE_KEY

from conformance.schemathesis.memory import parents, types
from conformance.schemathesis.queries import pick

# Fields whose schema, where a resource is sent as it is answered, allows more than 64 bits.
INT64_TEXTS = {"startTimeSinceEpoch", "timestamp", "step", "experimentId", "experimentRunId"}


def complete_body(case):
    fit_artifact_type(case)
    leave_out_unknown_fields(case)
    body = case.body
    if case.method == "POST":
        complete_creation(body)
    for name in parents.keys() & body.keys():
        body[name] = pick(list(parents[name]) or [body[name]], body[name])
    for name in INT64_TEXTS & body.keys():
        body[name] = body[name][:18] if isinstance(body[name], str) else body[name]
    if "endTimeSinceEpoch" in body:
        # A run can't end before it starts.
        body["endTimeSinceEpoch"] = "8" * 19


def fit_artifact_type(case):
    """An update names the type that the artifact has, and has fields of that type."""
    if case.method == "PATCH" and "artifacts/" in case.path:
        artifact_id = next(iter((case.path_parameters or {}).values()), None)
        case.body["artifactType"] = types.get(artifact_id, "model-artifact")
        # What identifies a run's files and data stays as it is.
        for fixed in ("uri", "digest"):
            case.body.pop(fixed, None)


def leave_out_unknown_fields(case):
    """What is answered may have more fields one day, so its schema is open; the same schema as a body is not."""
    schema = case.operation.get_body_for_media_type(case.media_type).raw_schema
    fields = fields_for(case.body, schema, schema.get(BUNDLE_STORAGE_KEY, {}))
    case.body = {name: value for name, value in case.body.items() if name in fields}


def fields_for(body, schema, components):
    """The fields that a body may have; of artifacts, as its type has them."""
    while "$ref" in schema:
        schema = components[schema["$ref"].rsplit("/", 1)[-1]]
    variants = schema.get("oneOf") or schema.get("anyOf")
    if variants is None:
        types_allowed = schema["properties"].get("artifactType", {}).get("enum")
        fits = types_allowed is None or body.get("artifactType", types_allowed[0]) in types_allowed
        return set(schema["properties"]) if fits else set()
    return set().union(*(fields_for(body, variant, components) for variant in variants))


def complete_creation(body):
    """A new metric has a value."""
    if body.get("artifactType") == "metric":
        body.setdefault("value", 0.5)


def leave_out_id(case):
    """The id in a body would have to be that of such a resource; a link may put the one of any other there."""
    if case.method == "POST":
        case.body.pop("id", None)
