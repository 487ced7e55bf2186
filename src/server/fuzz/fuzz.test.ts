import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Route } from "../../protocols/route.ts";
import { type RunningServer, startServer } from "../compose.ts";
import { readConfig } from "../config/config.ts";
import { protocols } from "../protocols.ts";
import { type FuzzedRequest, requestsTo } from "./requests.ts";
import type { KnownValues } from "./values.ts";

/** Requests to each operation; more for a long soak: `MODELREGISTRY_TEST_FUZZ=5000`. */
const REQUESTS = Number(process.env.MODELREGISTRY_TEST_FUZZ ?? 60);

const CANARY = "canary-8c1f0c";
const LEAKS =
  /sqlite|SQLITE_|SELECT |INSERT INTO|no such (table|column)|constraint failed|node:internal|\.ts:\d+|\/registry\.db/;

const directory = mkdtempSync(join(tmpdir(), "modelregistry-fuzz-"));
const data = join(directory, "data");
let server: RunningServer;
let watcher: DatabaseSync;
let known: KnownValues;

before(async () => {
  writeFileSync(join(directory, "canary.txt"), CANARY);
  server = await startServer(readConfig(["--port", "0", "--data", data, "--log-level", "silent"], {}));
  watcher = new DatabaseSync(join(data, "registry.db"), { readOnly: true });
  known = { ...(await seed()), ...(await seedKubeflow()) };
});

after(async () => {
  watcher.close();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

interface RunInfo {
  run_id: string;
}

interface ModelInfo {
  model_id: string;
}

/** One route of each operation: the prefixes share their handlers. */
const routes = [
  ...new Map(
    protocols.flatMap(({ name, routes }) =>
      routes.map((route) => [`${name} ${route.method} ${route.operation}`, route] as const),
    ),
  ),
];

describe("every route, with requests from nearly right to entirely wrong", () => {
  for (const [name, route] of routes) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(fc.constant(route), fc.gen(), async (_route, generate) => {
          await check(route, generate(requestsTo, route, known));
        }),
        { numRuns: REQUESTS, endOnFailure: true },
      );
    });
  }

  it("has left no half upload behind", () => {
    assert.deepEqual(readdirSync(join(data, "blobs", "uploads")), []);
  });

  it("still answers", async () => {
    assert.equal(await (await fetch(`${server.url}/health`)).text(), "OK");
  });
});

async function check(route: Route, request: FuzzedRequest): Promise<void> {
  const versionBefore = dataVersion();
  const response = await fetch(server.url + request.path, {
    method: request.method,
    headers: { ...(request.contentType !== undefined && { "content-type": request.contentType }) },
    ...(request.body !== undefined && { body: request.body as string }),
  });
  const text = await response.text();
  const shown = `${response.status} ${text.slice(0, 500)}`;
  assert.ok(response.status < 500 || response.status === 501, `${route.operation} answered ${shown}`);
  assert.doesNotMatch(text, new RegExp(CANARY), `${route.operation} read a file outside its folder`);
  if (response.status < 400) return;
  assert.doesNotMatch(text, LEAKS, `${route.operation} shows its inside: ${shown}`);
  assert.equal(dataVersion(), versionBefore, `${route.operation} refused, and changed something: ${shown}`);
}

/** Changes with every commit that wrote something. */
function dataVersion(): number {
  return (watcher.prepare("PRAGMA data_version").get() as { data_version: number }).data_version;
}

async function post(path: string, body: object): Promise<{ run: { info: RunInfo }; model: { info: ModelInfo } }> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return (await response.json()) as { run: { info: RunInfo }; model: { info: ModelInfo } };
}

/** Something to hit: one of everything, with its ids. */
async function seed(): Promise<KnownValues> {
  const { run } = await post("runs/create", { experiment_id: "0", start_time: 1, run_name: "fuzzed" });
  const runId = run.info.run_id;
  await post("runs/log-batch", {
    run_id: runId,
    metrics: [{ key: "loss", value: 1, timestamp: 1, step: 0 }],
    params: [{ key: "a", value: "x" }],
    tags: [{ key: "t", value: "x" }],
  });
  await post("registered-models/create", { name: "model" });
  await post("model-versions/create", {
    name: "model",
    source: `mlflow-artifacts:/0/${runId}/artifacts/m`,
    run_id: runId,
  });
  await post("registered-models/alias", { name: "model", alias: "champion", version: "1" });
  const { model } = await post("logged-models", { experiment_id: "0", name: "logged" });
  const modelId = model.info.model_id;
  const artifactPath = `0/${runId}/artifacts/a.txt`;
  await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${artifactPath}`, { method: "PUT", body: "x" });
  return {
    experiment_id: ["0"],
    run_id: [runId],
    run_uuid: [runId],
    model_id: [modelId],
    name: ["model", "Default", "fresh"],
    version: ["1", "2"],
    alias: ["champion", "other"],
    stage: ["Production", "None"],
    key: ["a", "loss", "t", "new"],
    metric_key: ["loss"],
    path: ["a.txt", ""],
    artifact_path: [artifactPath],
  };
}

/** Something of every resource, with its ids and with tokens of its lists. */
async function seedKubeflow(): Promise<KnownValues> {
  const model = await make("registered_models", { name: "kubeflow", externalId: "external" });
  const version = await make("model_versions", { name: "v1", registeredModelId: model });
  const experiment = await make("experiments", { name: "kubeflow" });
  const run = await make("experiment_runs", { name: "run", experimentId: experiment });
  const environment = await make("serving_environments", { name: "environment" });
  const service = await make("inference_services", {
    name: "service",
    registeredModelId: model,
    servingEnvironmentId: environment,
  });
  await make(`inference_services/${service}/serves`, { name: "serve", modelVersionId: version });
  const artifact = await make(`model_versions/${version}/artifacts`, { artifactType: "model-artifact", name: "files" });
  const metric = await make(`experiment_runs/${run}/artifacts`, { artifactType: "metric", name: "loss", value: 1 });
  const tokens = await Promise.all(["registered_models", "experiments", "artifacts"].map(tokenOf));
  return {
    name: ["kubeflow", "v1", "run", "environment", "service", "serve", "files", "loss", "model", "Default", "fresh"],
    externalId: ["external", "other"],
    registeredmodelId: [model],
    registeredModelId: [model],
    modelversionId: [version],
    modelVersionId: [version],
    experimentId: [experiment, "0"],
    experimentrunId: [run],
    servingenvironmentId: [environment],
    servingEnvironmentId: [environment],
    inferenceserviceId: [service],
    modelartifactId: [artifact],
    id: [artifact, metric],
    parentResourceId: [model, version, experiment, run, environment, service],
    stepIds: ["0", "0,1,-5", ",", "0,x"],
    nextPageToken: ["", ...tokens],
  };
}

async function make(path: string, body: object): Promise<string> {
  const response = await fetch(`${server.url}/api/model_registry/v1alpha3/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

async function tokenOf(list: string): Promise<string> {
  const response = await fetch(`${server.url}/api/model_registry/v1alpha3/${list}?pageSize=1`);
  return ((await response.json()) as { nextPageToken: string }).nextPageToken;
}
