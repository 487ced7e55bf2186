import type { IntendedDifference } from "../intended.ts";

const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

/** Differences of which values a field may have. */
export const valueDifferences: IntendedDifference[] = [
  {
    category: "upstream drops a field",
    reason: "A status that does not exist is ignored",
    ours: { ...invalid, message: "status" },
    steps: { "logged models: errors": ["finalize with an unknown status", "finalize with a short status"] },
  },
  {
    category: "upstream is inconsistent",
    reason:
      "Upstream's limit is that of its database column, which SQLite does not enforce and others answer with a 500",
    ours: { ...invalid, message: "exceeds the maximum length of" },
    steps: {
      "registered models: create": ["name of 300"],
      "logged models: create": ["name too long", "param key too long", "tag key too long"],
      "logged models: errors": ["set tag key too long"],
    },
  },
];
