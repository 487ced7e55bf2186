import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { KnownValues } from "./values.ts";

interface MlflowAnswer {
  run: { info: { run_id: string } };
  model: { info: { model_id: string } };
}

async function postToMlflow(url: string, path: string, body: object): Promise<MlflowAnswer> {
  const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return (await response.json()) as MlflowAnswer;
}

/** Something to hit: one of everything that MLflow's clients make, with its ids. */
export async function seedMlflow(url: string): Promise<KnownValues> {
  const { run } = await postToMlflow(url, "runs/create", { experiment_id: "0", start_time: 1, run_name: "fuzzed" });
  const runId = run.info.run_id;
  await postToMlflow(url, "runs/log-batch", {
    run_id: runId,
    metrics: [{ key: "loss", value: 1, timestamp: 1, step: 0 }],
    params: [{ key: "a", value: "x" }],
    tags: [{ key: "t", value: "x" }],
  });
  await postToMlflow(url, "registered-models/create", { name: "model" });
  await postToMlflow(url, "model-versions/create", {
    name: "model",
    source: `mlflow-artifacts:/0/${runId}/artifacts/m`,
    run_id: runId,
  });
  await postToMlflow(url, "registered-models/alias", { name: "model", alias: "champion", version: "1" });
  const { model } = await postToMlflow(url, "logged-models", { experiment_id: "0", name: "logged" });
  const modelId = model.info.model_id;
  const artifactPath = `0/${runId}/artifacts/a.txt`;
  await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${artifactPath}`, { method: "PUT", body: "x" });
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

/** One of every resource of Kubeflow's API, and archived ones, with their ids and with tokens of lists. */
export async function seedKubeflow(url: string): Promise<KnownValues> {
  const make = (path: string, body: object) => makeInKubeflow(url, path, body);
  const unique = randomUUID();
  const model = await make("registered_models", { name: unique, externalId: unique });
  const version = await make("model_versions", { name: "v1", registeredModelId: model });
  const experiment = await make("experiments", { name: unique });
  const run = await make("experiment_runs", { name: "run", experimentId: experiment });
  const environment = await make("serving_environments", { name: unique });
  const service = await make("inference_services", {
    name: "service",
    registeredModelId: model,
    servingEnvironmentId: environment,
  });
  await make(`inference_services/${service}/serves`, { name: "serve", modelVersionId: version });
  const artifact = await make(`model_versions/${version}/artifacts`, { artifactType: "model-artifact", name: "files" });
  const metric = await make(`experiment_runs/${run}/artifacts`, { artifactType: "metric", name: "loss", value: 1 });
  const archived = { name: `archived ${unique}`, state: "ARCHIVED" };
  const models = [model, await make("registered_models", archived)];
  const versions = [version, await make("model_versions", { ...archived, registeredModelId: model })];
  const experiments = [experiment, await make("experiments", archived)];
  const runs = [run, await make("experiment_runs", { ...archived, experimentId: experiment })];
  const deleted = await make("model_artifacts", { name: unique, state: "DELETED" });
  return {
    name: [unique, archived.name, "v1", "run", "service", "serve", "files", "loss", "model", "Default", "fresh"],
    externalId: [unique, "other"],
    registeredmodelId: models,
    registeredModelId: models,
    modelversionId: versions,
    modelVersionId: versions,
    experimentId: [...experiments, "0"],
    experimentrunId: runs,
    servingenvironmentId: [environment],
    servingEnvironmentId: [environment],
    inferenceserviceId: [service],
    modelartifactId: [artifact, deleted],
    id: [artifact, metric, deleted],
    parentResourceId: [model, version, experiment, run, environment, service],
    stepIds: ["0", "0,1,-5", ",", "0,x"],
    nextPageToken: ["", ...(await Promise.all(["registered_models", "experiments", "artifacts"].map(tokenOf(url))))],
  };
}

async function makeInKubeflow(url: string, path: string, body: object): Promise<string> {
  const response = await fetch(`${url}/api/model_registry/v1alpha3/${path}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${path}: ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

function tokenOf(url: string): (list: string) => Promise<string> {
  return async (list) => {
    const response = await fetch(`${url}/api/model_registry/v1alpha3/${list}?pageSize=1`);
    return ((await response.json()) as { nextPageToken: string }).nextPageToken;
  };
}
