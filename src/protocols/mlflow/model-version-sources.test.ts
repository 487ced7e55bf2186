import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const UNKNOWN = "0".repeat(32);

/** `{run}`, `{model}` and so on in a source or a field stand for what `before` has made. */
type Row = [source: string, fields?: object];

const WITH_RUN = { run_id: "{run}" };
const WITH_MODEL = { model_id: "{model}" };
const RUN_FILES = "mlflow-artifacts:/{experiment}/{run}/artifacts";
const MODEL_FILES = "mlflow-artifacts:/{experiment}/models/{model}/artifacts";

const accepted: Row[] = [
  ["s3://bucket/path"],
  ["dbfs:/path"],
  ["https://example.org/model"],
  ["s3://bucket/модель"],
  ["runs:/{run}/model", WITH_RUN],
  [`runs:/${UNKNOWN}/model`, { run_id: UNKNOWN }],
  [`${RUN_FILES}/model`, WITH_RUN],
  [RUN_FILES, WITH_RUN],
  ["mlflow-artifacts:/{experiment}/{run}/%61rtifacts/model", WITH_RUN],
  [`${MODEL_FILES}/x`, WITH_MODEL],
  ["models:/{model}", WITH_MODEL],
  ["/mnt/shared/{localRun}/artifacts/model", { run_id: "{localRun}" }],
  ["file:///mnt/shared/{localRun}/artifacts", { run_id: "{localRun}" }],
];

const refused: Row[] = [
  ["/etc/passwd"],
  ["file:///etc/passwd"],
  ["FILE:/etc/passwd"],
  ["etc/passwd"],
  ["."],
  ["..\\..\\etc"],
  ["C:\\Windows"],
  ["/etc", WITH_RUN],
  ["file:///etc", WITH_MODEL],
  ["file:///etc/passwd", { tags: [{ key: "mlflow.prompt.is_prompt", value: "true" }] }],
  ["file:///etc/passwd", { tags: [{ key: "mlflow.prompt.is_prompt", value: "false" }] }],
  ["/mnt/shared/{localRun}/artifacts/../../x", { run_id: "{localRun}" }],
  ["/mnt/shared/{localRun}/artifacts/%2e%2e/x", { run_id: "{localRun}" }],
  ["/mnt/shared/{localRun}/artifacts", WITH_RUN],
  ["runs:/{run}/model"],
  ["runs:/{run}/model", { run_id: UNKNOWN }],
  ["runs://host/{run}/model", WITH_RUN],
  ["runs:/{run}/../other", WITH_RUN],
  ["runs:/", WITH_RUN],
  [`${RUN_FILES}/model`],
  [`${RUN_FILES}/model`, { run_id: UNKNOWN }],
  [`${RUN_FILES}/model`, WITH_MODEL],
  [`${RUN_FILES}-other/model`, WITH_RUN],
  [`${RUN_FILES}/../../x`, WITH_RUN],
  [`${RUN_FILES}/%2e%2e/x`, WITH_RUN],
  [`${RUN_FILES}/%252e%252e/x`, WITH_RUN],
  [`${RUN_FILES}/%ff%2e%2e/%2e%2e/x`, WITH_RUN],
  [`${RUN_FILES}/%00`, WITH_RUN],
  [`mlflow-artifacts://host/{experiment}/{run}/artifacts`, WITH_RUN],
  [MODEL_FILES, WITH_RUN],
  ["https://example.org/api/2.0/mlflow-artifacts/artifacts/1/x"],
  ["https://example.org/a/../b"],
  ["https://example.org/a/%2e%2e/b"],
  ["https://example.org/a#/../../etc"],
  ["s3://bucket"],
  ["s3://bucket/./x"],
  [`s3://bucket/%${"25".repeat(1000)}2e`],
  ["models:/"],
  ["models:/{model}"],
  ["models:/{model}", WITH_RUN],
  ["models://host/{model}", WITH_MODEL],
  ["models:/{prompt}/1"],
  ["models:/{name}@nobody"],
  ["models:/{name}/Staging"],
  ["models:/{name}/live"],
];

describe("sources of model versions", () => {
  let server: TestServer;
  const values = new Map<string, string>();
  const name = "sources";

  before(async () => {
    server = await startTestServer();
    await call("POST", "registered-models/create", { name });
    const prompt = [{ key: "mlflow.prompt.is_prompt", value: "true" }];
    await call("POST", "registered-models/create", { name: "prompt", tags: prompt });
    await call("POST", "model-versions/create", { name: "prompt", source: "dummy-source", tags: prompt });
    const { experiment_id: experiment } = (await call("POST", "experiments/create", { name: "own" })).body;
    const local = { name: "local", artifact_location: "/mnt/shared" };
    const { experiment_id: localExperiment } = (await call("POST", "experiments/create", local)).body;
    const newRun = async (id: string) =>
      (await call("POST", "runs/create", { experiment_id: id })).body.run.info.run_id as string;
    const run = await newRun(experiment);
    const fields = { experiment_id: experiment, name: "net", source_run_id: run };
    const { model_id: model } = (await call("POST", "logged-models", fields)).body.model.info;
    const made = { name, prompt: "prompt", experiment, run, model, localRun: await newRun(localExperiment) };
    for (const [key, value] of Object.entries(made)) values.set(key, value);
  });
  after(() => server.close());

  const call = (method: string, path: string, fields?: object) => server.mlflow(method, path, fields);
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_match, key: string) => values.get(key) ?? "");
  const create = ([source, fields = {}]: Row) =>
    call("POST", "model-versions/create", JSON.parse(fill(JSON.stringify({ name, source, ...fields }))));
  const downloadUri = async (version: string) =>
    (await call("GET", "model-versions/get-download-uri", { name, version })).body.artifact_uri;

  for (const row of accepted) {
    it(`accepts ${JSON.stringify(row)}`, async () => assert.equal((await create(row)).status, 200));
  }

  for (const row of refused) {
    it(`refuses ${JSON.stringify(row).slice(0, 120)}`, async () => {
      const { status, body } = await create(row);
      assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"], body.message);
    });
  }

  for (const row of [
    [`models:/m-${UNKNOWN}`, { model_id: `m-${UNKNOWN}` }],
    ["s3://bucket/x", { model_id: `m-${UNKNOWN}` }],
    ["models:/nothing/1"],
    ["models:/{model}/x", WITH_MODEL],
    ["models:/{name}/9999"],
  ] satisfies Row[]) {
    it(`does not find ${JSON.stringify(row)}`, async () => assert.equal((await create(row)).status, 404));
  }

  it("follows a logged model: its files, its run, and a note on it", async () => {
    const { model_version: version } = (await create(["models:/{model}", WITH_MODEL])).body;
    assert.deepEqual([version.run_id, version.model_id], [values.get("run"), values.get("model")]);
    assert.equal(await downloadUri(version.version), fill(MODEL_FILES));
    const { tags } = (await call("GET", `logged-models/${values.get("model")}`)).body.model.info;
    const noted = JSON.parse(tags.find((tag: { key: string }) => tag.key === "mlflow.modelVersions").value);
    assert.deepEqual(noted.at(-1), { name, version: Number(version.version) });
  });

  it("copies a version, by number, stage, alias or as the latest", async () => {
    const { model_version: original } = (await create([`${RUN_FILES}/copied`, WITH_RUN])).body;
    const number = original.version;
    await call("POST", "model-versions/transition-stage", { name, version: number, stage: "Production" });
    await call("POST", "registered-models/alias", { name, alias: "champion", version: number });
    for (const suffix of [`/${number}`, "/production", "@champion"]) {
      const { model_version: copy } = (await create([`models:/{name}${suffix}`])).body;
      assert.deepEqual([copy.source, copy.run_id], [`models:/${name}/${number}`, values.get("run")]);
      assert.equal(await downloadUri(copy.version), fill(`${RUN_FILES}/copied`));
    }
    const { model_version: copyOfCopy } = (await create(["models:/{name}/latest"])).body;
    assert.equal(await downloadUri(copyOfCopy.version), fill(`${RUN_FILES}/copied`));
    assert.equal((await create([`models:/{name}/${number}`, { run_id: "another" }])).status, 400);
  });
});
