import type { IntendedDifference } from "../intended.ts";

const category = "upstream shows internals";
const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

/** Refusals whose message upstream fills with SQL. */
export const internalsDifferences: IntendedDifference[] = [
  {
    category,
    reason: "A tag or param twice in one request violates a constraint upstream, and the message is its SQL",
    ours: invalid,
    steps: {
      "experiments: create": ["duplicate tag keys"],
      "runs: create": ["same tag twice"],
    },
  },
  {
    category,
    reason:
      "A param of a logged model is written once; twice in one request, or again later, shows the SQL of the insert",
    ours: { status: 400, errorCode: "BAD_REQUEST", message: "already exists" },
    steps: { "logged models: create": ["param twice"], "logged models: errors": ["log a param twice"] },
  },
  {
    category,
    reason: "Renaming an experiment onto another shows the SQL of the update",
    ours: { status: 400, errorCode: "BAD_REQUEST" },
    steps: { "experiments: rename, delete, restore errors": ["rename onto another"] },
  },
  {
    category,
    reason: "A run without an experiment shows the SQL of the insert",
    ours: invalid,
    steps: { "runs: create": ["without an experiment", "empty experiment"] },
  },
  {
    category,
    reason: "A metric for a logged model that does not exist shows the SQL of the insert",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: { "metrics: log one": ["with an unknown model"] },
  },
];
