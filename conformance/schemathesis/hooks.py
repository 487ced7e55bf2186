"""What a schema can't say about requests: hooks make them valid where text has a grammar of its own, and let through
what the contract tolerates although its schemas don't allow it. No check is switched off."""

import schemathesis
from hypothesis import reject
from hypothesis.strategies import composite
from schemathesis.core.errors import UnsupportedSchema
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    EnsureResourceAvailability,
    RejectedPositiveData,
    UnsupportedMethodResponse,
)

from conformance.schemathesis import memory
from conformance.schemathesis.bodies import complete_body, leave_out_id
from conformance.schemathesis.queries import complete_query
from conformance.schemathesis.tolerance import is_tolerated
from conformance.schemathesis.uploads import complete_upload


@schemathesis.hook
def before_generate_body(context, strategy):
    return possible(strategy)


@composite
def possible(draw, strategy):
    """Of a union of objects, schemathesis can't make the opposite, and says so only while it draws: it tries another violation then."""
    try:
        return draw(strategy)
    except UnsupportedSchema:
        reject()


@schemathesis.hook
def map_case(context, case):
    if isinstance(case.query, dict):
        complete_query(case)
    if case.meta.generation.mode.is_positive:
        complete_upload(case)
    if isinstance(case.body, dict) and case.meta.generation.mode.is_positive:
        complete_body(case)
    return case


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, dict) and case.meta.generation.mode.is_positive:
        leave_out_id(case)


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 204:
        memory.forget(case)
    elif response.status_code in (200, 201) and "json" in response.headers.get("content-type", [""])[0]:
        memory.remember(case, response.json())


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if response.status_code == 431:
        # Metadata that are too long for a URL are refused before any API sees them.
        return False
    if isinstance(failure, RejectedPositiveData) and '"field":"path"' in response.text:
        # A path that no file can have is refused before it is looked for.
        return False
    if isinstance(failure, EnsureResourceAvailability) and memory.gone & set(case.path_parameters.values()):
        # Both versions of the contract delete the same records.
        return False
    if isinstance(failure, AcceptedNegativeData):
        return not is_tolerated(case, response)
    if isinstance(failure, RejectedPositiveData) and response.status_code == 416:
        # Which parts a file has, no schema knows.
        return False
    # To the router, this path is also a run's, whose id it would be: a change of it is a bad request rather than no method of this path.
    # So is the path of downloads that of a model whose id is `download`.
    is_method = isinstance(failure, (UnsupportedMethodResponse, AllowHeaderMismatch))
    return not (is_method and case.path.endswith(("/experiment_runs/metric_history", "/models/download")))
