import type { IntendedDifference } from "../intended.ts";

const OPERATIONS = ["experiments/get", "runs/get", "metrics/get-history", "artifacts/list", "registered-models/get"];
const NEWER_PREFIXES = ["/api/3.0", "/ajax-api/3.0"];
const WRONG_PATHS = "server: unknown paths and wrong methods";

/** Differences of which paths and methods exist, and of what is said where none does. */
export const pathDifferences: IntendedDifference[] = [
  {
    category: "we accept more",
    reason:
      "Upstream serves each operation under the version that introduced it; here every operation answers under 2.0 and 3.0 alike",
    ours: { status: 200 },
    steps: {
      "wire: prefixes": [
        ...[...OPERATIONS, "logged-models/{{modelId}}", "log-batch"].flatMap((operation) =>
          NEWER_PREFIXES.map((prefix) => `${operation} under ${prefix}`),
        ),
        ...NEWER_PREFIXES.map((prefix) => `artifact proxy under ${prefix}`),
        "server-info under /api/2.0",
        "server-info under /ajax-api/2.0",
      ],
      server: ["server info at 2.0"],
      "metric history: interval": ["by 3.0"],
      "artifacts: proxy": ["get by 3.0"],
    },
  },
  {
    category: "we accept more",
    reason: "Upstream serves the bulk history under /ajax-api alone",
    ours: { status: 200 },
    steps: { "metric history: bulk": ["at /api it does not exist"] },
  },
  {
    category: "we accept more",
    reason:
      "Upstream serves searchDatasets for its UI alone; here it answers everywhere, also at the path without a slash that upstream's description gives",
    ours: { status: 200 },
    steps: {
      "search datasets": ["the path without its slash", "the path without its slash, for the UI", "under /api"],
    },
  },
  {
    category: "other",
    reason:
      "An unknown path below /api is an HTML page upstream, which clients turn into ENDPOINT_NOT_FOUND by its status; here it is that error, as JSON",
    ours: { status: 404, errorCode: "ENDPOINT_NOT_FOUND" },
    steps: {
      [WRONG_PATHS]: ["unknown operation", "unknown operation by POST", "unknown api version", "trailing slash"],
    },
  },
  {
    category: "other",
    reason: "Upstream redirects a doubled slash; no client sends one",
    ours: { status: 404, errorCode: "ENDPOINT_NOT_FOUND" },
    steps: { [WRONG_PATHS]: ["double slash"] },
  },
  {
    category: "other",
    reason: "Any other unknown path is an HTML page upstream, and plain text here unless the request asks for HTML",
    ours: { status: 404 },
    steps: { [WRONG_PATHS]: ["unknown path", "upper case"] },
  },
  {
    category: "other",
    reason:
      "A wrong method is an HTML page upstream; here it is MLflow's error envelope, with the methods that the path takes",
    ours: { status: 405, errorCode: "BAD_REQUEST" },
    steps: {
      [WRONG_PATHS]: [
        "experiments/create by GET",
        "runs/search by GET",
        "runs/get by POST",
        "runs/get by DELETE",
        "experiments/get by PUT",
        "registered-models/create by PATCH",
      ],
      "metric history: one metric": ["by POST"],
      "registered model search: order and pages": ["by POST"],
      "model version search: order and pages": ["by POST"],
    },
  },
  {
    category: "other",
    reason: "A wrong method on /health and /version is an HTML page upstream and plain text here",
    ours: { status: 405 },
    steps: { server: ["health by POST", "version by POST"] },
  },
  {
    category: "other",
    reason: "HEAD reaches upstream's operations, which then miss their parameters; here they take GET alone",
    ours: { status: 405 },
    steps: { [WRONG_PATHS]: ["experiments/get by HEAD"] },
  },
  {
    category: "other",
    reason: "The refusal of a change by another site's page says how to allow it",
    ours: { status: 403 },
    steps: { [WRONG_PATHS]: ["cross-site POST"] },
  },
  {
    category: "other",
    reason:
      "Upstream answers any OPTIONS; here pages of other origins are answered only where the configuration allows any",
    ours: { status: 405 },
    steps: { [WRONG_PATHS]: ["OPTIONS"] },
  },
  {
    category: "other",
    reason: "Upstream labels the text of /health as HTML when it is asked by HEAD",
    ours: { status: 200 },
    steps: { server: ["health by HEAD"] },
  },
  {
    category: "other",
    reason: "Upstream labels the version, plain text, as HTML",
    ours: { status: 200, body: "3.17.2" },
    steps: { server: ["version"] },
  },
  {
    category: "other",
    reason: "Upstream has an AI gateway, which this server has not, and its server-info says so",
    ours: { status: 200, body: { features_enabled: { gateway: false } } },
    steps: {
      server: ["server info", "server info for the UI"],
      "wire: prefixes": NEWER_PREFIXES.map((prefix) => `server-info under ${prefix}`),
    },
  },
];
