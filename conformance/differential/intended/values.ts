import type { IntendedDifference } from "../intended.ts";

const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };
const invalidValue = { ...invalid, message: "Invalid value" };
const missing = { ...invalid, message: "Missing value for required parameter" };

/** Values of the wrong type or size. */
export const valueDifferences: IntendedDifference[] = [
  {
    category: "upstream drops a field",
    reason: "A status or view that does not exist is ignored, and whatever follows it in the body",
    ours: { ...invalidValue, message: "It must be one of" },
    steps: {
      "logged models: errors": ["finalize with an unknown status", "finalize with a short status"],
      "runs: update": ["status unknown", "status in lower case"],
      "experiment search: pages and views": ["unknown view"],
      "run search: pages, views, experiments": ["view unknown"],
    },
  },
  {
    category: "upstream drops a field",
    reason: "A metric's value that is no number is stored as 0, with step and timestamp 0 where they follow it",
    ours: invalidValue,
    steps: {
      "metrics: log one": ["value nan in lower case", "value inf"],
      "log-batch: errors change nothing": ["metric value a word"],
    },
  },
  {
    category: "upstream drops a field",
    reason: "A fraction, or a number beyond 64 bits, for an integer is stored as 0",
    ours: invalidValue,
    steps: {
      "metrics: log one": ["timestamp a fraction", "step a fraction"],
      "runs: create": ["start time a fraction", "start time beyond 64 bits"],
    },
  },
  {
    category: "upstream drops a field",
    reason: "Anything but a text where a text belongs is stored as an empty text",
    ours: invalidValue,
    steps: {
      "runs: create": ["user_id a number"],
      "log-batch: errors change nothing": ["param value a number", "tag value an object"],
      "log-inputs": ["digest a number"],
      "wire: field names": ["null in a list"],
      "experiment search: order": ["order: number"],
      "run search: pages, views, experiments": ["token a number", "experiments of numbers"],
    },
  },
  {
    category: "upstream drops a field",
    reason: "A list that is none, or whose members are no objects, is taken for an empty one or for empty members",
    ours: invalidValue,
    steps: {
      "runs: create": ["tags a text", "tags a list of texts"],
      "log-inputs": ["datasets of texts"],
      "search datasets": ["experiments a text"],
    },
  },
  {
    category: "upstream drops a field",
    reason: "A max_results that is no number is ignored in the query of a metric's history",
    ours: invalidValue,
    steps: { "metric history: one metric": ["max_results a word"] },
  },
  {
    category: "upstream drops a field",
    reason: "A word for a boolean is ignored in the order of a search of logged models",
    ours: invalidValue,
    steps: { "logged model search: order and datasets": ["order: ascending a text"] },
  },
  {
    category: "upstream is inconsistent",
    reason:
      "A page of no or less than no entries is refused by some searches, and by others answered with a token for the same page, for ever",
    ours: { ...invalid, message: "It must be a positive integer" },
    steps: {
      "logged model search: pages": ["max_results -1"],
      "registered model search: order and pages": ["max_results 0", "max_results -1"],
    },
  },
  {
    category: "upstream is inconsistent",
    reason: "true for a metric's value is stored as 1 over the wire, and refused by the client",
    ours: invalidValue,
    steps: { "metrics: log one": ["value true"] },
  },
  {
    category: "upstream is inconsistent",
    reason:
      "Upstream stores what lacks a required member of a list's object with an empty text, or refuses it with words about file names",
    ours: missing,
    steps: {
      "runs: create": ["tag without a key"],
      "experiments: create": ["tag without a key"],
      "log-inputs": [
        "without the dataset",
        "without a name",
        "without a digest",
        "without a source type",
        "without a source",
        "empty name",
        "input model without an id",
      ],
      "input and output models": ["output without a model id"],
    },
  },
  {
    category: "upstream is inconsistent",
    reason: "An operation that takes run_id alone looks for a run without an id where it is given run_uuid",
    ours: missing,
    steps: {
      "runs: get, delete, restore errors": ["delete by run_uuid"],
      "run tags": ["delete by run_uuid only"],
    },
  },
  {
    category: "upstream is inconsistent",
    reason:
      "Upstream's limit is that of its database column, which SQLite does not enforce and others answer with a 500",
    ours: { ...invalid, message: "exceeds the maximum length of" },
    steps: {
      "registered models: create": ["name of 300"],
      "runs: create": ["tag key too long"],
      "logged models: create": ["name too long", "param key too long", "tag key too long"],
      "logged models: errors": ["set tag key too long"],
    },
  },
];
