"""Queries whose text has a grammar of its own."""

import zlib

from conformance.schemathesis.memory import TOKENS, offered

# With any text as a value, as a pattern, as a name between backticks, or in a comment.
FILTERS = [
    "name = {text}",
    "name != {text} AND externalId <> {text}",
    "name LIKE {pattern} OR NOT description ILIKE {pattern}",
    "id > 1 AND (createTimeSinceEpoch <= 2000000000000 OR name IN ({text}, 'a'))",
    "{name} IS NULL OR {name}.int_value < 5",
    "{name}.double_value >= 0.5 AND {name}.string_value = {text}",
    "{name} = true -- {comment}",
]


def complete_query(case):
    if is_meant_valid(case, "filterQuery"):
        case.query["filterQuery"] = filter_with(case.query["filterQuery"])
    complete_find(case)
    use_offered_page(case)


def is_meant_valid(case, parameter):
    """Whether the request has the parameter, and its value is not what makes the request invalid."""
    return isinstance(case.query.get(parameter), str) and parameter not in negated_parameters(case)


def negated_parameters(case):
    data = case.meta.phase.data
    mutations = getattr(data, "mutations", ())
    return {getattr(data, "parameter", None), *(mutation.parameter for mutation in mutations)} - {None}


def filter_with(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return pick(FILTERS, text).format(
        text=f"'{escaped}'",
        # In a pattern, a backslash also escapes what LIKE understands.
        pattern="'%" + text.replace("\\", "\\\\\\\\").replace("'", "\\'") + "_'",
        name="`p " + text.replace("\\", "\\\\").replace("`", "\\`") + "`",
        comment=" ".join(text.split()),
    )


def pick(items, text):
    return items[zlib.crc32(text.encode()) % len(items)]


def complete_find(case):
    """A find takes an external id, or a name, with its parent where it has one: at least one way must be there."""
    parameters = {parameter.name for parameter in case.operation.query}
    is_find = {"name", "externalId"} <= parameters and "pageSize" not in parameters
    if is_find and not case.query.get("externalId") and "externalId" not in negated_parameters(case):
        case.query["externalId"] = "unknown"


def use_offered_page(case):
    """A page token belongs to a list, its order and its filter."""
    if not any(is_meant_valid(case, name) for name in TOKENS):
        return
    for name in TOKENS:
        case.query.pop(name, None)
    pages = offered.get(case.operation.label)
    if pages and case.meta.generation.mode.is_positive:
        path_parameters, query, token = pick(pages, str(len(pages)))
        case.path_parameters = dict(path_parameters)
        known = [name for name in TOKENS if name in {parameter.name for parameter in case.operation.query}]
        case.query = {**query, pick(known, token): token}
