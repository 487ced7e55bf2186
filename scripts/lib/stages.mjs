import { countAsOne, readNodeCounts, readOwnCounts, readPytestCounts, readSchemathesisCounts } from "./counts.mjs";

/**
 * What a stage's command may use, made ready before it runs.
 * @typedef {object} Ready
 * @property {string} node
 * @property {Record<string, string>} python program of each environment that it needs
 * @property {Record<string, string>} url URL of each server that it needs
 *
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} about
 * @property {string[]} [python] environments: names in conformance/requirements
 * @property {("ours" | "official" | "postgres" | "s3" | "ours on s3")[]} [servers] started for this stage alone, in this order, on empty data
 * @property {"mongo"[]} [installs] what its tests start themselves: installing takes longer than a test may
 * @property {(ready: Ready) => string[]} command
 * @property {import("./counts.mjs").CountReader} counts
 * @property {number} minutes until it is killed
 */

const MLFLOW = "mlflow-3.17";
const OLD_MLFLOW = "mlflow-2.22";
const PACKAGE = "python-3.17";
const OLD_PACKAGE = "python-3.4";
const KUBEFLOW = "kubeflow-0.3.18";
const OLD_KUBEFLOW = "kubeflow-0.3.9";
const JOURNEYS = "journeys-0.3.18";
const OLD_JOURNEYS = "journeys-0.3.9";
const BINARY = "binary";
const SCHEMATHESIS = "schemathesis";

/** @type {Stage[]} What `npm test` runs, in this order. */
export const stages = [
  {
    name: "unit",
    about: "rules, protocols, tools",
    command: ({ node }) =>
      nodeTests(node, ["src/{core,protocols,client}/**", "scripts/**", "conformance/**", "bench/**"]),
    counts: readNodeCounts,
    minutes: 10,
  },
  {
    name: "stores",
    about: "the one suite of each port, on every store",
    servers: ["postgres", "s3"],
    command: ({ node }) => nodeTests(node, ["src/stores/**"]),
    counts: readNodeCounts,
    minutes: 10,
  },
  {
    name: "server",
    about: "the whole server over HTTP",
    // Its tests compare the routes with what the installed clients know of them.
    python: [MLFLOW, OLD_MLFLOW, KUBEFLOW, OLD_KUBEFLOW],
    servers: ["postgres", "s3"],
    installs: ["mongo"],
    command: ({ node }) => nodeTests(node, ["src/{server,cli,importers}/**"]),
    counts: readNodeCounts,
    minutes: 15,
  },
  {
    name: "mlflow-3.17",
    about: "the real client against this server",
    python: [MLFLOW],
    servers: ["ours"],
    command: ({ python, url }) => flows("mlflow", python[MLFLOW], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "mlflow-2.22",
    about: "the oldest client that has to work, against this server",
    python: [OLD_MLFLOW],
    servers: ["ours"],
    command: ({ python, url }) => flows("mlflow", python[OLD_MLFLOW], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "mlflow-s3",
    about: "the real client against this server on S3, where it puts and fetches large files itself",
    python: [MLFLOW],
    servers: ["s3", "ours on s3"],
    command: ({ python, url }) => [
      ...flows("mlflow/test_direct_transfers.py", python[MLFLOW], url["ours on s3"]),
      ...["test_artifact_files.py", "test_model_uris.py", "test_logged_models.py"].map(
        (file) => `conformance/mlflow/${file}`,
      ),
    ],
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "python-3.17",
    about: "the Python package with the current client, and its types, lint and wheel",
    python: [PACKAGE],
    servers: ["ours"],
    command: ({ python, url }) => packageTests(python[PACKAGE], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "python-3.4",
    about: "the Python package with the oldest client that it supports",
    python: [OLD_PACKAGE],
    servers: ["ours"],
    command: ({ python, url }) => packageTests(python[OLD_PACKAGE], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "python-flows",
    about: "the flows of the real client again, through an address of the Python package",
    python: [PACKAGE],
    servers: ["ours"],
    command: ({ python, url }) => [
      ...flows("mlflow", python[PACKAGE], url.ours),
      ...["--scheme", "modelregistry+http"],
      // Most of their time is Python starting; commands find the package as programs do.
      ...["--ignore-glob", "*/test_cli_*"],
    ],
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "kubeflow-0.3.18",
    about: "Kubeflow's client and the contract that it speaks, v1, against this server",
    python: [KUBEFLOW],
    servers: ["ours"],
    command: ({ python, url }) => flows("kubeflow", python[KUBEFLOW], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "kubeflow-0.3.9",
    about: "the client before it, with experiments and runs, and v1alpha3, against this server",
    python: [OLD_KUBEFLOW],
    servers: ["ours"],
    command: ({ python, url }) => flows("kubeflow", python[OLD_KUBEFLOW], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "binary",
    about:
      "the binary API with what others have written: resumable uploads by tuspy, files of scikit-learn, ONNX and others",
    python: [BINARY],
    servers: ["ours"],
    command: ({ python, url }) => flows("binary", python[BINARY], url.ours),
    counts: readPytestCounts,
    minutes: 5,
  },
  {
    name: "journeys-0.3.18",
    about: "Kubeflow's client and MLflow's side by side, on the same records of this server",
    python: [JOURNEYS],
    servers: ["ours"],
    command: ({ python, url }) => flows("journeys", python[JOURNEYS], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "journeys-0.3.9",
    about: "the same with the client that has experiments and runs",
    python: [OLD_JOURNEYS],
    servers: ["ours"],
    command: ({ python, url }) => flows("journeys", python[OLD_JOURNEYS], url.ours),
    counts: readPytestCounts,
    minutes: 10,
  },
  {
    name: "official",
    about: "the same flows against the official server, so that they state facts",
    python: [MLFLOW],
    servers: ["official"],
    command: ({ python, url }) => flows("mlflow", python[MLFLOW], url.official),
    counts: readPytestCounts,
    minutes: 15,
  },
  {
    name: "differential",
    about: "answers of both servers, compared request by request",
    python: [MLFLOW],
    servers: ["official", "ours"],
    command: ({ node, url }) => [
      node,
      "conformance/differential/main.ts",
      "--official",
      url.official ?? "",
      "--ours",
      url.ours ?? "",
    ],
    counts: readOwnCounts,
    minutes: 10,
  },
  {
    name: "schemathesis",
    about: "requests made from the OpenAPI document, valid and not: every answer is as the document says",
    python: [SCHEMATHESIS],
    servers: ["ours"],
    command: ({ python, url }) => [
      python[SCHEMATHESIS] ?? "",
      "-m",
      "schemathesis.cli",
      "--no-color",
      "--config-file",
      "conformance/schemathesis/schemathesis.toml",
      "run",
      `${url.ours}/openapi.json`,
      "--checks",
      "all",
    ],
    counts: readSchemathesisCounts,
    minutes: 15,
  },
  {
    name: "bench",
    about: "the bench on small data: everything runs, and both servers give the same answers",
    python: [MLFLOW],
    command: ({ node }) => [node, "bench/main.ts", "--short"],
    counts: countAsOne,
    minutes: 15,
  },
];

/**
 * @param {string} node
 * @param {string[]} folders
 */
function nodeTests(node, folders) {
  const files = folders.map((folder) => `${folder}/*.test.{ts,mjs}`);
  return [node, "--test", "--test-reporter=spec", "--test-concurrency=2", "--test-timeout=300000", ...files];
}

/**
 * @param {string} [python]
 * @param {string} [url]
 */
function packageTests(python = "", url = "") {
  return [python, "-m", "pytest", "python/tests", "--url", url, "-q", "--tb=short", "-p", "no:cacheprovider"];
}

/**
 * @param {string} suite a folder of conformance/
 * @param {string} [python]
 * @param {string} [url]
 */
function flows(suite, python = "", url = "") {
  return [python, "-m", "pytest", `conformance/${suite}`, "--url", url, "-q", "--tb=short", "-p", "no:cacheprovider"];
}
