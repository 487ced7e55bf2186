import type { IntendedDifference } from "../intended.ts";

const broken = { status: 400, errorCode: "BAD_REQUEST" };

/** Differences of what a body may be, and of which names its fields may have. */
export const bodyDifferences: IntendedDifference[] = [
  {
    category: "upstream ignores a broken body",
    reason: "A body that is not JSON is an empty object upstream, so that the message names whatever is required first",
    ours: { ...broken, message: "JSON" },
    steps: {
      "wire: field names": ["GET with a broken body"],
      "wire: bodies": [
        "broken",
        "not JSON",
        "trailing comma",
        "trailing rubbish",
        "single quotes",
        "control character",
      ],
    },
  },
  {
    category: "we refuse what is unsafe",
    reason:
      "A NUL character in a text is kept by upstream on SQLite, and an error of PostgreSQL; here it is always refused",
    ours: { status: 400, errorCode: "INVALID_PARAMETER_VALUE", message: "NUL" },
    steps: { "wire: bodies": ["null character"] },
  },
  {
    category: "upstream drops a field",
    reason: "Text with half a surrogate pair is lost upstream, so that the message speaks of an empty name",
    ours: { status: 400, errorCode: "INVALID_PARAMETER_VALUE", message: "surrogate" },
    steps: { "wire: bodies": ["lone surrogate"] },
  },
  {
    category: "upstream drops a field",
    reason: "A NaN without quotes, which Python writes though it is not JSON, is stored as 0 at time 0 upstream",
    ours: { status: 200, body: { metrics: [{ value: "NaN", timestamp: 1 }] } },
    steps: { "metrics: log one": ["history of the bare NaN"] },
  },
  {
    category: "upstream answers 500",
    reason: "A body of JSON that is no object is an HTML error page upstream",
    ours: { ...broken, message: "JSON" },
    steps: {
      "graphql: the language": ["broken JSON"],
      "wire: bodies": ["array", "array of objects", "number", "true", "text", "DELETE with an array"],
    },
  },
  {
    category: "we accept more",
    reason: "Upstream compares the content type in lower case alone; media types have no case",
    ours: { status: 200 },
    steps: { "wire: content types": ["upper case"] },
  },
  {
    category: "we accept more",
    reason:
      "Upstream accepts camelCase, but looks for required fields under their other name; here either name will do",
    ours: { status: 200 },
    steps: {
      "logged models: create": ["camelCase"],
      "experiments: tags": ["camelCase"],
      "log-batch: usual cases": ["camelCase"],
      "wire: field names": ["camelCase with a required name"],
    },
  },
  {
    category: "we accept more",
    reason: "Upstream wants the model's id in the body too; the path has it",
    ours: { status: 200 },
    steps: { "logged models: life of one": ["finalize without the id in the body", "log params without the id"] },
  },
  {
    category: "upstream is inconsistent",
    reason: "Where the body names another logged model than the path, upstream changes that one; here the path decides",
    ours: { status: 200 },
    steps: { "logged models: errors": ["finalize another by the body"] },
  },
];
