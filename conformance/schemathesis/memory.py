"""What the answers so far have shown, so that later requests can use it."""

TOKENS = ("nextPageToken", "pageToken", "page_token")

# Pages that lists have offered: of each operation, requests and the token to continue with.
offered = {}

# Types of artifacts, by their ids.
types = {}

# Ids of the resources that others name as their parents, by the field that does.
parents = {}
PARENT_FIELDS = {
    "registered_models": "registeredModelId",
    "model_versions": "modelVersionId",
    "versions": "modelVersionId",
    "experiments": "experimentId",
    "serving_environments": "servingEnvironmentId",
}

# Ids in paths of what was deleted.
gone = set()


def remember(case, answer):
    items = answer.get("items", [answer])
    # Points of a history have ids of their own.
    if not case.path.endswith("/metric_history"):
        types.update({item["id"]: item["artifactType"] for item in items if "artifactType" in item})
    field = PARENT_FIELDS.get(case.path.rsplit("/", 1)[-1])
    if field is not None:
        parents.setdefault(field, {}).update({item["id"]: None for item in items})
    token = answer.get("nextPageToken") or answer.get("next_page_token")
    if token:
        query = {name: value for name, value in case.query.items() if name not in TOKENS}
        offered.setdefault(case.operation.label, []).append((case.path_parameters, query, token))


def forget(case):
    """An id is one of many kinds of resources; to forget it for all of them does no harm."""
    gone.update(case.path_parameters.values())
    for deleted in case.path_parameters.values():
        for ids in parents.values():
            ids.pop(deleted, None)
