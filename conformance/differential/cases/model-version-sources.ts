import { createExperiment, createRun, get, post, postEach, scenario, UNKNOWN_ID } from "../steps.ts";
import type { JsonValue, Scenario, Step } from "../types.ts";

const M = { name: "m-{{unique}}" };
const ROOT = "mlflow-artifacts:/{{experimentId}}/{{runId}}/artifacts";

const base: Step[] = [
  post("create model", "registered-models/create", M),
  createExperiment(),
  createRun(),
  createRun("otherRun"),
  post(
    "create logged model",
    "logged-models",
    { experiment_id: "{{experimentId}}", name: "net", source_run_id: "{{runId}}" },
    {
      capture: { modelId: "model.info.model_id" },
    },
  ),
];

/** One version for each row: step name -> source and what goes with it. */
function sources(rows: Record<string, [source: string, fields?: { [key: string]: JsonValue }]>): Step[] {
  return postEach(
    "model-versions/create",
    Object.fromEntries(Object.entries(rows).map(([name, [source, fields]]) => [name, { ...M, source, ...fields }])),
  );
}

const withRun = { run_id: "{{runId}}" };
const withModel = { model_id: "{{modelId}}" };

export const modelVersionSourceScenarios: Scenario[] = [
  scenario(
    "model version sources: runs and artifacts",
    base,
    sources({
      s3: ["s3://bucket/path/model"],
      gs: ["gs://bucket/path"],
      dbfs: ["dbfs:/path"],
      "unknown scheme": ["abc:/path"],
      "s3 climbing out": ["s3://bucket/../other"],
      "http climbing out": ["http://host/a/../../b"],
      "http climbing out encoded": ["http://host/a/%2e%2e/%2e%2e/b"],
      "http with a fragment": ["http://host/a#/../../etc"],
      "http with params": ["http://host/;..%2F..%2Fetc"],
      "runs:/ with its run": ["runs:/{{runId}}/model", withRun],
      "runs:/ without the run": ["runs:/{{runId}}/model"],
      "runs:/ of another run": ["runs:/{{otherRun}}/model", withRun],
      "runs:/ climbing out": ["runs:/{{runId}}/../x", withRun],
      "runs:/ of an unknown run": [`runs:/${UNKNOWN_ID}/model`, { run_id: UNKNOWN_ID }],
      "artifacts of its run": [`${ROOT}/model`, withRun],
      "artifacts of its run with a host": [
        "mlflow-artifacts://host/{{experimentId}}/{{runId}}/artifacts/model",
        withRun,
      ],
      "artifacts without the run": [`${ROOT}/model`],
      "artifacts of another run": ["mlflow-artifacts:/{{experimentId}}/{{otherRun}}/artifacts/model", withRun],
      "artifacts climbing out": [`${ROOT}/../../x`, withRun],
      "artifacts climbing out encoded": [`${ROOT}/%2e%2e/%2e%2e/x`, withRun],
      "artifacts climbing out twice encoded": [`${ROOT}/%252e%252e/x`, withRun],
      "artifacts root itself": [ROOT, withRun],
      "artifacts with a prefix alike": [`${ROOT}-other/model`, withRun],
      "http proxy of its run": [
        "http://host/api/2.0/mlflow-artifacts/artifacts/{{experimentId}}/{{runId}}/artifacts/model",
        withRun,
      ],
      "http proxy of its run at this server": [
        "{{server}}/api/2.0/mlflow-artifacts/artifacts/{{experimentId}}/{{runId}}/artifacts/model",
        withRun,
      ],
      "http proxy of nobody": ["http://host/api/2.0/mlflow-artifacts/artifacts/x/y/artifacts/model", withRun],
      "http proxy without the run": ["http://host/api/2.0/mlflow-artifacts/artifacts/x/y/artifacts/model"],
      http: ["http://host/path/model"],
    }),
  ),
  scenario(
    "model version sources: local files",
    base,
    sources({
      "absolute path": ["/etc/passwd"],
      "file scheme": ["file:///etc/passwd"],
      "file scheme with localhost": ["file://localhost/etc"],
      "file scheme without slashes": ["file:/etc"],
      "FILE scheme": ["FILE:///etc/passwd"],
      "relative path": ["some/where"],
      dot: ["."],
      "climbing path": ["../../etc"],
      "encoded climbing path": ["%2e%2e/%2e%2e/etc"],
      home: ["~/x"],
      backslashes: ["..\\..\\etc"],
      "drive letter": ["C:\\Windows"],
      "absolute path with a run": ["/etc", withRun],
      "file scheme with a run": ["file:///etc", withRun],
      "file scheme with a fragment": ["file:///a#/../../etc"],
      "with the prompt tag": ["file:///etc/passwd", { tags: [{ key: "mlflow.prompt.is_prompt", value: "true" }] }],
      "with the prompt tag false": [
        "file:///etc/passwd",
        { tags: [{ key: "mlflow.prompt.is_prompt", value: "false" }] },
      ],
      "spaces only": ["   "],
      "very long": [`s3://b/${"a".repeat(3000)}`],
      "non-ASCII": ["s3://bucket/модель"],
    }),
  ),
  scenario(
    "model version sources: models",
    base,
    sources({
      "version 1": ["s3://bucket/one", withRun],
      "models:/m-id with its id": ["models:/{{modelId}}", withModel],
      "models:/m-id without the id": ["models:/{{modelId}}"],
      "models:/m-id with a run": ["models:/{{modelId}}", withRun],
      "models:/m-id with both": ["models:/{{modelId}}", { ...withModel, ...withRun }],
      "models:/m-id with a path": ["models:/{{modelId}}/x", withModel],
      "models:/ unknown id": [`models:/m-${UNKNOWN_ID}`, { model_id: `m-${UNKNOWN_ID}` }],
      "artifacts of its model": ["mlflow-artifacts:/{{experimentId}}/models/{{modelId}}/artifacts", withModel],
      "artifacts below its model": ["mlflow-artifacts:/{{experimentId}}/models/{{modelId}}/artifacts/x", withModel],
      "artifacts of a model without its id": ["mlflow-artifacts:/{{experimentId}}/models/{{modelId}}/artifacts"],
      "artifacts of a model with the run": ["mlflow-artifacts:/{{experimentId}}/models/{{modelId}}/artifacts", withRun],
      "artifacts of the run with a model id": [`${ROOT}/model`, withModel],
      "models:/name/version": ["models:/m-{{unique}}/1"],
      "models:/name/unknown version": ["models:/m-{{unique}}/99"],
      "models:/unknown/1": ["models:/nothing-{{unique}}/1"],
      "models:/name@alias": ["models:/m-{{unique}}@champion"],
      "models:/name/latest": ["models:/m-{{unique}}/latest"],
      "models:/name/stage": ["models:/m-{{unique}}/Production"],
      "models:/name": ["models:/m-{{unique}}"],
      "models:/": ["models:/"],
      "s3 with a model id": ["s3://bucket/two", withModel],
    }),
    get("get the version of a logged model", "model-versions/get", { ...M, version: "2" }),
    get("download uri of the copy", "model-versions/get-download-uri", { ...M, version: "2" }),
    get("logged model knows its versions", "logged-models/{{modelId}}"),
  ),
];
