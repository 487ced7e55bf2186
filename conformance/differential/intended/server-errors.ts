import type { IntendedDifference } from "../intended.ts";

const category = "upstream answers 500";
const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

/** Bad requests that upstream answers with an internal error. */
export const serverErrorDifferences: IntendedDifference[] = [
  {
    category,
    reason: "A null for a list is an HTML error page upstream; null counts as absent here, for every field",
    ours: { status: 200 },
    steps: { "wire: field names": ["null fields"] },
  },
  {
    category,
    reason: "A list where a value belongs, or a text where an object belongs, is an HTML error page upstream",
    ours: invalid,
    steps: {
      "metrics: log one": ["value a list"],
      "log-batch: errors change nothing": ["metrics of texts"],
      "metric history: bulk": ["max_results a word"],
    },
  },
  {
    category,
    reason: "A model description that is JSON but no object is an HTML error page upstream",
    ours: invalid,
    steps: { "log-model": ["JSON of a list", "JSON of a text"] },
  },
  {
    category,
    reason: "A model description with a signature is an HTML error page upstream; it is kept here",
    ours: { status: 200 },
    steps: { "log-model": ["signature and more keys"] },
  },
  {
    category,
    reason: "Renaming a deleted experiment is INVALID_STATE, which upstream sends as a 500",
    ours: { ...invalid, message: "must be in the 'active' state" },
    steps: { "experiments: life of one": ["rename deleted"] },
  },
  {
    category,
    reason: "A number beyond 64 bits breaks upstream's database driver; such an id belongs to nothing",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: {
      "experiments: get and get by name errors": ["id beyond 64 bits"],
      "model versions: errors": ["get version beyond 64 bits"],
    },
  },
  {
    category,
    reason: "The same key twice in order_by is an internal error upstream",
    ours: invalid,
    steps: {
      "run search: order": ["order: same key twice", "order: same attribute twice"],
      "registered model search: order and pages": ["order: same twice"],
      "model version search: order and pages": ["order: same twice"],
    },
  },
  {
    category: "upstream is inconsistent",
    reason: "The same key twice in order_by, an internal error elsewhere, passes in upstream's experiment search",
    ours: invalid,
    steps: { "experiment search: order": ["order: same key twice"] },
  },
  {
    category,
    reason: "Words without quotes in an IN list reach Python's parser upstream",
    ours: invalid,
    steps: {
      "run search: attributes and datasets": ["filter: run_id IN unquoted"],
      "registered model search: filters": ["filter: IN unquoted"],
    },
  },
  {
    category,
    reason: "An unknown attribute, or a quoted number, in a search of logged models is an internal error upstream",
    ours: invalid,
    steps: {
      "logged model search: filters": [
        "filter: unknown attribute",
        "filter: metric with a text",
        "filter: timestamp quoted",
      ],
    },
  },
  {
    category,
    reason: "IS NULL on tags is an HTML error page in upstream's registry searches; it works here, as for runs",
    ours: { status: 200 },
    steps: {
      "registered model search: filters": ["filter: tag IS NULL"],
      "model version search: filters": ["filter: tag IS NULL"],
    },
  },
  {
    category,
    reason: "archive_existing_versions with a stage that is never archived from is an internal error upstream",
    ours: invalid,
    steps: { "model versions: stages": ["to None, archiving", "to Archived, archiving"] },
  },
  {
    category,
    reason: "A source that names a logged model that does not exist is an internal error upstream",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: { "model version sources: models": ["models:/ unknown id"] },
  },
  {
    category,
    reason: "A source that names a stage without a version is an internal error upstream",
    ours: invalid,
    steps: { "model version sources: models": ["models:/name/stage"] },
  },
  {
    category,
    reason: "Writing below a file, or over a folder, fails inside upstream",
    ours: invalid,
    steps: { "artifacts: proxy": ["put {{unique}}/a.txt/below", "put {{unique}}/dir"] },
  },
  {
    category,
    reason: "A missing version is an internal error upstream",
    ours: invalid,
    steps: { "artifacts: of a model version and a logged model": ["get without a version"] },
  },
  {
    category,
    reason: "A GraphQL request without a query, or with one that does not parse, is an HTML error page upstream",
    ours: invalid,
    steps: {
      "graphql: the language": ["syntax error", "empty query", "without a query", "query a number"],
    },
  },
];
