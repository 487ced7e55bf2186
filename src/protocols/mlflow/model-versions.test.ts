import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("model versions over HTTP", () => {
  let server: TestServer;
  let models = 0;
  let name = "";
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    name = `model-${++models}`;
    await call("POST", "registered-models/create", { name });
  });

  const call = (method: string, path: string, fields?: object) => server.mlflow(method, path, fields);
  const create = (fields: object = {}) =>
    call("POST", "model-versions/create", { name, source: "s3://bucket/m", ...fields });
  const get = (version: string | number) => call("GET", "model-versions/get", { name, version });
  const move = (version: string, stage: string, fields: object = {}) =>
    call("POST", "model-versions/transition-stage", { name, version, stage, ...fields });
  const setAlias = (alias: string, version: string) =>
    call("POST", "registered-models/alias", { name, alias, version });
  const byAlias = (alias: string) => call("GET", "registered-models/alias", { name, alias });
  const model = async () => (await call("GET", "registered-models/get", { name })).body.registered_model;

  it("fills in texts that were not given, and touches the model", async () => {
    const { body } = await create();
    const { creation_timestamp: created, ...version } = body.model_version;
    assert.deepEqual(version, {
      name,
      version: "1",
      last_updated_timestamp: created,
      current_stage: "None",
      description: "",
      source: "s3://bucket/m",
      run_id: "",
      status: "READY",
      run_link: "",
    });
    assert.equal((await model()).last_updated_timestamp, created);
  });

  it("does not count on from a deleted version", async () => {
    await create();
    await create();
    await setAlias("champion", "2");
    assert.deepEqual((await call("DELETE", "model-versions/delete", { name, version: "2" })).body, {});
    const again = await call("DELETE", "model-versions/delete", { name, version: "2" });
    assert.equal(again.status, 404);
    assert.equal(again.body.message, `Model Version (name=${name}, version=2) not found`);
    assert.equal((await model()).aliases, undefined);
    assert.equal((await create()).body.model_version.version, "3");
  });

  it("reads version numbers as Python does", async () => {
    await create();
    assert.equal((await get(" 1 ")).status, 200);
    assert.equal((await get("0_1")).status, 200);
    assert.equal((await get("-1")).status, 404);
    assert.equal((await get("9".repeat(30))).status, 404);
    assert.equal((await get("one")).body.message, "Parameter 'version' must be an integer, got 'one'.");
    const { body } = await call("GET", "model-versions/get-download-uri", { name });
    assert.equal(body.message, "Parameter 'version' must be an integer, got ''.");
  });

  it("archives the other versions of a stage", async () => {
    for (let version = 1; version <= 3; version++) await create();
    await move("1", "staging");
    await move("2", "Staging");
    const moved = await move("3", "sTAGING", { archive_existing_versions: true });
    assert.equal(moved.body.model_version.current_stage, "Staging");
    const stages = await Promise.all(["1", "2", "3"].map(async (number) => (await get(number)).body.model_version));
    assert.deepEqual(
      stages.map((version) => version.current_stage),
      ["Archived", "Archived", "Staging"],
    );
    const refused = await move("3", "None", { archive_existing_versions: true });
    assert.equal(refused.status, 400);
    assert.match(
      refused.body.message,
      /because 'None' is not an Active stage. Valid stages are \['Staging', 'Production'\]$/,
    );
  });

  it("shows aliases where one version is asked for", async () => {
    await create();
    await setAlias("b", "1");
    await setAlias("a", "1");
    assert.deepEqual((await get(1)).body.model_version.aliases, ["a", "b"]);
    assert.deepEqual((await byAlias("b")).body.model_version.aliases, ["a", "b"]);
  });

  it("finds versions by alias", async () => {
    const noVersion = await byAlias("latest");
    assert.deepEqual([noVersion.status, noVersion.body.message], [404, `Latest version not found for model ${name}.`]);
    await create();
    await create();
    assert.equal((await byAlias("Latest")).body.model_version.version, "2");
    const missing = await byAlias("nobody");
    assert.deepEqual([missing.status, missing.body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
    assert.equal(missing.body.message, "Registered model alias nobody not found.");
    const noModel = await call("GET", "registered-models/alias", { name: "nothing", alias: "x" });
    assert.deepEqual([noModel.status, noModel.body.message], [404, "Registered Model with name=nothing not found"]);
    assert.deepEqual((await call("DELETE", "registered-models/alias", { name, alias: "nobody" })).body, {});
  });

  for (const [alias, message] of [
    ["latest", "'latest' alias name (case insensitive) is reserved."],
    ["V12", "Version alias name 'V12' is reserved."],
    ["a b", "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-)."],
    ["a".repeat(256), "'Registered model alias name' exceeds the maximum length of 255 characters"],
  ] as const) {
    it(`refuses the alias ${alias.slice(0, 10)}`, async () => {
      await create();
      const { status, body } = await setAlias(alias, "1");
      assert.deepEqual([status, body.message], [400, message]);
    });
  }

  it("removes a description that an update does not give", async () => {
    await create({ description: "old" });
    const update = (fields: object) => call("PATCH", "model-versions/update", { name, version: "1", ...fields });
    assert.equal((await update({ description: "new" })).body.model_version.description, "new");
    assert.equal((await update({})).body.model_version.description, undefined);
  });

  it("limits the text of a prompt", async () => {
    await create();
    const { body } = await call("POST", "model-versions/set-tag", {
      name,
      version: "1",
      key: "mlflow.prompt.text",
      value: "t".repeat(100_001),
    });
    assert.equal(body.message, "Prompt text exceeds max length of 100000 characters.");
  });

  it("writes every change to the outbox, and none for what was refused", async () => {
    await create({ tags: [{ key: "k", value: "v" }] });
    await create();
    await setAlias("champion", "1");
    await move("1", "Production");
    await move("2", "Production", { archive_existing_versions: true });
    await move("3", "Production");
    await call("DELETE", "model-versions/delete-tag", { name, version: "1", key: "missing" });
    await call("DELETE", "model-versions/delete", { name, version: "1" });
    const expected = [
      { kind: "registered-model.created", prompt: false },
      { kind: "model-version.created", version: 1, prompt: false },
      { kind: "model-version.created", version: 2, prompt: false },
      { kind: "registered-model.alias-set", alias: "champion", version: 1 },
      { kind: "model-version.stage-changed", version: 1, from: "None", to: "Production" },
      { kind: "model-version.stage-changed", version: 1, from: "Production", to: "Archived" },
      { kind: "model-version.stage-changed", version: 2, from: "None", to: "Production" },
      { kind: "registered-model.alias-deleted", alias: "champion", version: 1 },
      { kind: "model-version.deleted", version: 1 },
    ];
    const events = (await server.events()).filter((event) => "name" in event && event.name === name);
    assert.deepEqual(
      events,
      expected.map((event) => ({ ...event, name })),
    );
  });
});
