import type { TestServer } from "../../../server/testkit/test-server.ts";

const PROPERTIES = {
  text: { metadataType: "MetadataStringValue", string_value: "ä'\"\\" },
  int: { metadataType: "MetadataIntValue", int_value: "-7" },
  double: { metadataType: "MetadataDoubleValue", double_value: 0.5 },
  bool: { metadataType: "MetadataBoolValue", bool_value: true },
  struct: { metadataType: "MetadataStructValue", struct_value: Buffer.from('{"a":[1,null]}').toString("base64") },
  bytes: { metadataType: "MetadataStructValue", struct_value: Buffer.from([0xff, 0, 1]).toString("base64") },
};

/** Makes a thing and returns its id. */
export async function make({ kubeflow }: TestServer, path: string, body: object): Promise<string> {
  const { status, body: made } = await kubeflow("POST", path, body);
  if (status !== 200 && status !== 201) throw new Error(`POST ${path}: ${status} ${JSON.stringify(made)}`);
  return made.id as string;
}

/** Fills a registry with something of every kind, in every state, with every type of property. */
export async function seed(server: TestServer): Promise<void> {
  const versionIds = await seedModels(server);
  await seedRuns(server);
  await seedServing(server, versionIds);
}

async function seedModels(server: TestServer): Promise<string[]> {
  const modelId = await make(server, "registered_models", {
    name: "net",
    description: "A net",
    externalId: "net-1",
    owner: "Ada",
    readme: "# Net",
    maturity: "Beta",
    provider: "Us",
    logo: "https://example.org/logo.png",
    license: "MIT",
    licenseLink: "https://example.org/licence",
    libraryName: "torch",
    language: ["en", "de"],
    tasks: ["classify"],
    customProperties: PROPERTIES,
  });
  const versions = [
    { name: "v1", author: "Ada", externalId: "v-1", description: "The first", customProperties: PROPERTIES },
    {
      name: "v2:final",
      customProperties: { "mlflow.stage": text("Production"), "mlflow.run_link": text("https://ci/1") },
    },
    { name: "v3", state: "ARCHIVED" },
  ];
  const versionIds: string[] = [];
  for (const version of versions) {
    const body = { ...version, registeredModelId: modelId };
    versionIds.push(await make(server, `registered_models/${modelId}/versions`, body));
  }
  await server.kubeflow("PATCH", `registered_models/${modelId}`, {
    customProperties: { ...PROPERTIES, "mlflow.alias.champion": text("2") },
  });
  await make(server, "registered_models", { name: "old", state: "ARCHIVED", customProperties: {} });
  await seedVersionArtifacts(server, versionIds);
  return versionIds;
}

async function seedVersionArtifacts(server: TestServer, [first, second]: readonly string[]): Promise<void> {
  const path = `model_versions/${first}/artifacts`;
  const model = {
    artifactType: "model-artifact",
    name: "files",
    uri: "s3://bucket/net",
    state: "LIVE",
    externalId: "a-1",
    description: "The files",
    modelFormatName: "onnx",
    modelFormatVersion: "1",
    storageKey: "key",
    storagePath: "path",
    serviceAccountName: "account",
    modelSourceKind: "kfp",
    modelSourceClass: "run",
    modelSourceGroup: "ns",
    modelSourceId: "5",
    modelSourceName: "train",
    customProperties: PROPERTIES,
  };
  const shared = await make(server, path, model);
  await make(server, `model_versions/${second}/artifacts`, { artifactType: "model-artifact", id: shared });
  await make(server, path, { artifactType: "model-artifact", name: "more", uri: "s3://bucket/more", state: "PENDING" });
  await make(server, path, { artifactType: "doc-artifact", name: "files", uri: "https://example.org/doc" });
  await make(server, path, { artifactType: "dataset-artifact", name: "data", digest: "1", source: "s", profile: "{}" });
  await make(server, path, { artifactType: "metric", name: "accuracy", value: 0.5, step: 3, timestamp: "1000" });
  await make(server, path, { artifactType: "parameter", name: "rate", value: "0.1", parameterType: "number" });
  await make(server, "model_artifacts", { name: "alone", uri: "s3://bucket/alone" });
  await make(server, "artifacts", { artifactType: "doc-artifact", name: "alone", state: "ABANDONED" });
}

async function seedRuns(server: TestServer): Promise<void> {
  const experimentId = await make(server, "experiments", {
    name: "trials",
    owner: "Ada",
    description: "Trials",
    externalId: "e-1",
    customProperties: PROPERTIES,
  });
  await make(server, "experiments", { name: "done", state: "ARCHIVED" });
  const runs = `experiments/${experimentId}/experiment_runs`;
  const times = { startTimeSinceEpoch: "1000", endTimeSinceEpoch: "2000" };
  const run = { experimentId, name: "first", owner: "Ada", status: "FINISHED", externalId: "r-1", ...times };
  const runId = await make(server, runs, { ...run, description: "The first", customProperties: PROPERTIES });
  await make(server, runs, { experimentId, name: "second", status: "FAILED", state: "ARCHIVED", ...times });
  const path = `experiment_runs/${runId}/artifacts`;
  for (const [step, value] of [1, 0.5, 0.25, 0.25].entries()) {
    const point = { artifactType: "metric", name: "loss", value, step: Math.min(step, 2), timestamp: "1500" };
    await make(server, path, point);
  }
  const large = { artifactType: "metric", name: "val_loss", value: -1e300, timestamp: "1600", state: "LIVE" };
  await server.kubeflow("POST", path, JSON.stringify({ ...large, step: "BIG" }).replace('"BIG"', "9007199254740995"));
  await make(server, path, {
    artifactType: "metric",
    name: "loss2",
    value: 1,
    description: "d",
    customProperties: PROPERTIES,
  });
  await make(server, path, { artifactType: "parameter", name: "rate", value: "0.1", parameterType: "number" });
  await make(server, path, {
    artifactType: "dataset-artifact",
    name: "train",
    digest: "1",
    sourceType: "s3",
    source: "s",
  });
  await make(server, path, { artifactType: "doc-artifact", name: "notes", uri: "https://example.org/notes" });
  const model = { artifactType: "model-artifact", name: "net", uri: "s3://bucket/run", state: "LIVE" };
  await make(server, path, model);
}

async function seedServing(server: TestServer, [version]: readonly string[]): Promise<void> {
  const environment = { name: "prod", externalId: "se-1", description: "d", customProperties: PROPERTIES };
  const servingEnvironmentId = await make(server, "serving_environments", environment);
  const { body } = await server.kubeflow("GET", `model_versions/${version}`);
  const service = { servingEnvironmentId, registeredModelId: body.registeredModelId, modelVersionId: version };
  const services = `serving_environments/${servingEnvironmentId}/inference_services`;
  const extra = { runtime: "kserve", desiredState: "UNDEPLOYED", externalId: "is-1", customProperties: PROPERTIES };
  const serviceId = await make(server, services, { ...service, ...extra, name: "net" });
  await make(server, services, { servingEnvironmentId, registeredModelId: body.registeredModelId, name: "latest" });
  const serves = `inference_services/${serviceId}/serves`;
  await make(server, serves, {
    modelVersionId: version,
    name: "s",
    lastKnownState: "RUNNING",
    customProperties: PROPERTIES,
  });
}

function text(value: string): object {
  return { metadataType: "MetadataStringValue", string_value: value };
}
