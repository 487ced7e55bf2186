import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const UNKNOWN = `m-${"0".repeat(32)}`;

describe("logged models over HTTP", () => {
  let server: TestServer;
  let experimentId = "";
  before(async () => {
    server = await startTestServer();
    experimentId = (await call("POST", "experiments/create", { name: "experiment" })).body.experiment_id;
  });
  after(() => server.close());

  const call = (method: string, path: string, fields?: object) => server.mlflow(method, path, fields);
  const create = (fields: object = {}) => call("POST", "logged-models", { experiment_id: experimentId, ...fields });
  const newModel = async (fields: object = {}): Promise<string> => (await create(fields)).body.model.info.model_id;
  const get = (modelId: string, fields?: object) => call("GET", `logged-models/${modelId}`, fields);

  it("makes a pending model with a place for its files", async () => {
    const { body } = await create({
      params: [{ key: "b", value: "2" }, { key: "a" }],
      tags: [{ key: "t", value: "v" }],
    });
    const { model_id: modelId, name, creation_timestamp_ms: created, ...info } = body.model.info;
    assert.match(modelId, /^m-[0-9a-f]{32}$/);
    assert.match(name, /^[a-z]+-[a-z]+-\d{1,3}$/);
    assert.deepEqual(info, {
      experiment_id: experimentId,
      last_updated_timestamp_ms: created,
      artifact_uri: `mlflow-artifacts:/${experimentId}/models/${modelId}/artifacts`,
      status: "LOGGED_MODEL_PENDING",
      model_type: "",
      source_run_id: "",
      tags: [{ key: "t", value: "v" }],
    });
    assert.deepEqual(body.model.data.params, [
      { key: "a", value: "" },
      { key: "b", value: "2" },
    ]);
    assert.deepEqual((await get(modelId)).body, body);
  });

  for (const [title, fields, status, message] of [
    ["a slash in the name", { name: "a/b" }, 400, /^Invalid model name \('a\/b'\) provided/],
    ["a name that is too long", { name: "n".repeat(501) }, 400, /maximum length of 500/],
    ["an unknown experiment", { experiment_id: "777" }, 404, /^No Experiment with id=777 exists$/],
    ["a param twice", { params: [{ key: "k" }, { key: "k" }] }, 400, /'k'/],
    ["a tag twice", { tags: [{ key: "k" }, { key: "k" }] }, 400, /'k'/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const answer = await create(fields);
      assert.equal(answer.status, status);
      assert.match(answer.body.message, message);
    });
  }

  it("takes any status, by name or number", async () => {
    const modelId = await newModel();
    const finalize = (status: string | number) =>
      call("PATCH", `logged-models/${modelId}`, { model_id: modelId, status });
    assert.equal((await finalize("LOGGED_MODEL_READY")).body.model.info.status, "LOGGED_MODEL_READY");
    assert.equal((await finalize(3)).body.model.info.status, "LOGGED_MODEL_UPLOAD_FAILED");
    assert.equal((await finalize("READY")).status, 400);
  });

  it("sets and deletes tags, and adds params once", async () => {
    const modelId = await newModel({ params: [{ key: "a", value: "1" }] });
    const setTags = (tags: object[]) => call("PATCH", `logged-models/${modelId}/tags`, { tags });
    const logParams = (...keys: string[]) =>
      call("POST", `logged-models/${modelId}/params`, {
        model_id: modelId,
        params: keys.map((key) => ({ key, value: "2" })),
      });
    assert.deepEqual((await setTags([{ key: "k", value: "1" }, { key: "k", value: "2" }, { key: "x" }])).body, {});
    assert.deepEqual((await call("DELETE", `logged-models/${modelId}/tags/x`)).body, {});
    const missing = await call("DELETE", `logged-models/${modelId}/tags/x`);
    assert.deepEqual(
      [missing.status, missing.body.message],
      [404, `No tag with key 'x' found for model with ID '${modelId}'.`],
    );
    assert.equal((await logParams("b", "c")).status, 200);
    assert.equal((await logParams("d", "a")).body.error_code, "BAD_REQUEST");
    assert.equal((await logParams("d", "d")).body.error_code, "BAD_REQUEST");
    const { body } = await get(modelId);
    assert.deepEqual(body.model.info.tags, [{ key: "k", value: "2" }]);
    assert.deepEqual(
      body.model.data.params.map(({ key }: { key: string }) => key),
      ["a", "b", "c"],
    );
  });

  it("hides a deleted model", async () => {
    const modelId = await newModel();
    assert.deepEqual((await call("DELETE", `logged-models/${modelId}`)).body, {});
    assert.equal((await get(modelId)).body.message, `Logged model with ID '${modelId}' not found.`);
    assert.equal((await get(modelId, { allow_deleted: true })).status, 200);
    assert.equal((await call("DELETE", `logged-models/${modelId}`)).status, 200);
    assert.equal((await call("PATCH", `logged-models/${modelId}/tags`, { tags: [] })).status, 404);
    assert.equal((await call("DELETE", `logged-models/${UNKNOWN}`)).status, 404);
  });
});
