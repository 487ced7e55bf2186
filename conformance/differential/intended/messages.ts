import type { IntendedDifference } from "../intended.ts";

const category = "other";
const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

/** The same refusals in other words. */
export const messageDifferences: IntendedDifference[] = [
  {
    category,
    reason: "The refusal of a page token says what to send; upstream's says what it decoded",
    ours: { ...invalid, message: "Invalid page token" },
    steps: { "metric history: one metric": ["broken token", "token of rubbish"] },
  },
  {
    category,
    reason: "The refusal of a number for an enum lists its names",
    ours: { ...invalid, message: "It must be one of" },
    steps: { "runs: update": ["status number unknown"] },
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
