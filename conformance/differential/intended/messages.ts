import type { IntendedDifference } from "../intended.ts";

const category = "other";
const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

/** The same refusals in other words. */
export const messageDifferences: IntendedDifference[] = [
  {
    category,
    reason: "The refusal of a page token says what to send; upstream's says what it decoded",
    ours: { ...invalid, message: "Invalid page token" },
    steps: {
      "metric history: one metric": ["broken token", "token of rubbish"],
      "experiment search: pages and views": ["broken token", "token of base64 rubbish"],
      "run search: pages, views, experiments": ["broken token", "token of rubbish"],
      "logged model search: pages": [
        "broken token",
        "token of rubbish",
        "token with another filter",
        "token with another experiment",
      ],
      "registered model search: order and pages": ["broken token", "token of rubbish"],
      "model version search: order and pages": ["broken token", "token of rubbish"],
    },
  },
  {
    category,
    reason: "The refusal of a number for an enum lists its names",
    ours: { ...invalid, message: "It must be one of" },
    steps: { "runs: update": ["status number unknown"] },
  },
  {
    category,
    reason: "A key that can't be ordered by is refused in the same words by every search",
    ours: { ...invalid, message: "key '" },
    steps: {
      "run search: order": ["order: direction only", "order: dataset"],
      "registered model search: order and pages": ["order: creation_timestamp", "order: unknown"],
    },
  },
  {
    category,
    reason: "Upstream gives this refusal, like no other, an error_class and a sqlstate of its own",
    ours: { ...invalid, message: "Invalid order by field name" },
    steps: { "logged model search: order and datasets": ["order: unknown", "order: without a field"] },
  },
  {
    category,
    reason: "The refusal of a value of the wrong type in a list names its place in the list",
    ours: { ...invalid, message: "[0]' supplied" },
    steps: { "run search: order": ["order: number"], "logged model search: order and datasets": ["order: text"] },
  },
  {
    category,
    reason: "A fraction for a page's size is refused as a fraction, not for the 0 that upstream makes of it",
    ours: { ...invalid, message: "1.5" },
    steps: { "experiment search: pages and views": ["max_results a fraction"] },
  },
  {
    category,
    reason: "A run that is not given is None in upstream's words",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: { "artifacts: of a run": ["get-artifact without a run"] },
  },
  {
    category,
    reason: "The refusal of a long location names a variable of upstream's environment",
    ours: { ...invalid, message: "cannot be greater than 2048 characters" },
    steps: { "experiments: create": ["location too long"] },
  },
  {
    category,
    reason: "An object in a message has its keys in the order of the request; upstream sorts them",
    ours: invalid,
    steps: { "log-batch: errors change nothing": ["metrics an object"] },
  },
  {
    category,
    reason: "Bytes of a query that are no UTF-8 are repeated in a message as U+FFFD, upstream as their percent codes",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: { "wire: field names": ["invalid UTF-8 in a query"] },
  },
  {
    category,
    reason: "The tag that log-model writes is JSON without spaces",
    ours: { status: 200 },
    steps: { "log-model": ["history tag"] },
  },
];
