import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("runs over HTTP", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const post = (path: string, fields?: object) => server.mlflow("POST", `runs/${path}`, fields);
  const create = async (fields: object = {}) => (await post("create", { experiment_id: "0", ...fields })).body.run;
  const newRunId = async (fields: object = {}): Promise<string> => (await create(fields)).info.run_id;
  const get = async (runId: string) => (await server.mlflow("GET", "runs/get", { run_id: runId })).body.run;
  const refused = async (answer: ReturnType<typeof post>, status: number, code: string, message: string | RegExp) => {
    const { status: actualStatus, body } = await answer;
    assert.deepEqual([actualStatus, body.error_code], [status, code]);
    if (typeof message === "string") assert.equal(body.message, message);
    else assert.match(body.message, message);
  };

  it("starts running, with a name of its own, below the experiment's artifacts", async () => {
    const { info, data, inputs } = await create({ start_time: 7, user_id: "ann" });
    assert.match(info.run_id, /^[0-9a-f]{32}$/);
    assert.match(info.run_name, /^[a-z]+-[a-z]+-\d{1,3}$/);
    assert.deepEqual(info, {
      run_uuid: info.run_id,
      experiment_id: "0",
      run_name: info.run_name,
      user_id: "ann",
      status: "RUNNING",
      start_time: 7,
      artifact_uri: `mlflow-artifacts:/0/${info.run_id}/artifacts`,
      lifecycle_stage: "active",
      run_id: info.run_id,
    });
    assert.deepEqual(data, { tags: [{ key: "mlflow.runName", value: info.run_name }] });
    assert.deepEqual(inputs, {});
    assert.deepEqual(await get(info.run_id), { info, data, inputs: {}, outputs: {} });
  });

  it("is named by its tag where it has no name, and refuses two different names", async () => {
    const tags = [{ key: "mlflow.runName", value: "by tag" }];
    assert.equal((await create({ tags })).info.run_name, "by tag");
    assert.equal((await create({ tags, run_name: "" })).info.run_name, "by tag");
    await refused(
      post("create", { experiment_id: "0", run_name: "other", tags }),
      400,
      "INVALID_PARAMETER_VALUE",
      /^Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values/,
    );
  });

  it("is renamed by its tag, and its tag by its name", async () => {
    const runId = await newRunId({ run_name: "first" });
    const names = async () => {
      const { info, data } = await get(runId);
      return [info.run_name, data.tags[0].value];
    };
    await post("set-tag", { run_id: runId, key: "mlflow.runName", value: "second" });
    assert.deepEqual(await names(), ["second", "second"]);
    await post("update", { run_id: runId, run_name: "third" });
    assert.deepEqual(await names(), ["third", "third"]);
    await post("log-batch", { run_id: runId, tags: [{ key: "mlflow.runName", value: "fourth" }] });
    assert.deepEqual(await names(), ["fourth", "fourth"]);
    await post("update", { run_id: runId, run_name: "" });
    await post("set-tag", { run_id: runId, key: "mlflow.runName", value: "" });
    assert.deepEqual(await names(), ["fourth", "fourth"]);
  });

  it("ends when it is told to, and answers with its info alone", async () => {
    const runId = await newRunId();
    const { body } = await post("update", { run_uuid: runId, status: "FINISHED", end_time: "9" });
    assert.deepEqual([body.run_info.status, body.run_info.end_time], ["FINISHED", 9]);
    await post("update", { run_id: runId, status: 4 });
    assert.equal((await get(runId)).info.status, "FAILED");
  });

  it("refuses every write while it is deleted, and takes them again when it is back", async () => {
    const runId = await newRunId();
    const message = `The run ${runId} must be in the 'active' state. Current state is deleted.`;
    const writes: [string, object][] = [
      ["update", { status: "FINISHED" }],
      ["log-metric", { key: "m", value: 1, timestamp: 1 }],
      ["log-parameter", { key: "p", value: "1" }],
      ["set-tag", { key: "t", value: "1" }],
      ["delete-tag", { key: "mlflow.runName" }],
      ["log-batch", { params: [{ key: "p", value: "1" }] }],
      ["log-inputs", { models: [{ model_id: "m-1" }] }],
      ["outputs", { models: [{ model_id: "m-1" }] }],
    ];
    await post("delete", { run_id: runId });
    for (const [path, fields] of writes) {
      await refused(post(path, { run_id: runId, ...fields }), 400, "INVALID_PARAMETER_VALUE", message);
    }
    assert.deepEqual((await get(runId)).data.tags.length, 1);
    await post("restore", { run_id: runId });
    for (const [path, fields] of writes)
      assert.equal((await post(path, { run_id: runId, ...fields })).status, 200, path);
  });

  it("is deleted and restored again and again, with one event each time that it changes", async () => {
    const runId = await newRunId();
    const before = (await server.events()).length;
    for (const path of ["delete", "delete", "restore", "restore"]) {
      assert.deepEqual(await post(path, { run_id: runId }), { status: 200, body: {} });
    }
    assert.deepEqual((await server.events()).slice(before), [
      { kind: "run.deleted", runId },
      { kind: "run.restored", runId },
    ]);
  });

  it("links datasets once, and models", async () => {
    const runId = await newRunId();
    const dataset = { name: "iris", digest: "d", source_type: "local", source: "x" };
    const input = { dataset, tags: [{ key: "mlflow.data.context", value: "train" }] };
    await post("log-inputs", { run_id: runId, datasets: [input, { dataset }], models: [{ model_id: "m-1" }] });
    await post("log-inputs", { run_id: runId, datasets: [{ dataset: { ...dataset, source: "y" } }] });
    await post("outputs", { run_id: runId, models: [{ model_id: "m-2", step: 3 }] });
    const { inputs, outputs } = await get(runId);
    assert.deepEqual(inputs, { dataset_inputs: [input], model_inputs: [{ model_id: "m-1" }] });
    assert.deepEqual(outputs, { model_outputs: [{ model_id: "m-2", step: 3 }] });
    const summaries = { dataset_summaries: [{ experiment_id: "0", name: "iris", digest: "d", context: "train" }] };
    for (const prefix of ["/ajax-api/2.0/mlflow", "/api/2.0mlflow"]) {
      const found = await fetch(`${server.url}${prefix}/experiments/search-datasets`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"experiment_ids":["0"]}',
      });
      assert.deepEqual(await found.json(), summaries);
    }
  });

  it("collects the models that old clients log", async () => {
    const runId = await newRunId();
    const model = { artifact_path: "a", flavors: { sk: { v: 1, config: "c" } }, utc_time_created: "t", run_id: "r" };
    await post("log-model", { run_id: runId, model_json: JSON.stringify(model) });
    await post("log-model", { run_id: runId, model_json: JSON.stringify({ ...model, artifact_path: "b", extra: 1 }) });
    const tags: { key: string; value: string }[] = (await get(runId)).data.tags;
    const history = JSON.parse(tags.find(({ key }) => key === "mlflow.log-model.history")?.value ?? "");
    const kept = { ...model, flavors: { sk: { v: 1 } }, model_uuid: null };
    assert.deepEqual(history, [kept, { ...kept, artifact_path: "b" }]);
    for (const text of ["{", "[]", "{}"]) {
      await refused(post("log-model", { run_id: runId, model_json: text }), 400, "INVALID_PARAMETER_VALUE", /odel/);
    }
  });

  const unknown = "0".repeat(32);
  const invalid: [string, string, object, number, string, string | RegExp][] = [
    [
      "an unknown run",
      "update",
      { run_id: unknown },
      404,
      "RESOURCE_DOES_NOT_EXIST",
      `Run with id=${unknown} not found`,
    ],
    [
      "no run",
      "update",
      { status: "FINISHED" },
      400,
      "INVALID_PARAMETER_VALUE",
      /^Missing value for required parameter 'run_id'/,
    ],
    ["an unknown status", "update", { run_id: unknown, status: "DONE" }, 400, "INVALID_PARAMETER_VALUE", /'status'/],
    ["no experiment", "create", {}, 400, "INVALID_PARAMETER_VALUE", /'experiment_id'/],
    [
      "an unknown experiment",
      "create",
      { experiment_id: "99" },
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "No Experiment with id=99 exists",
    ],
    [
      "a start that is no time",
      "create",
      { experiment_id: "0", start_time: "now" },
      400,
      "INVALID_PARAMETER_VALUE",
      /'start_time'/,
    ],
    [
      "a long tag key",
      "create",
      { experiment_id: "0", tags: [{ key: "k".repeat(251) }] },
      400,
      "INVALID_PARAMETER_VALUE",
      /250/,
    ],
    ["an unknown tag", "delete-tag", { run_id: unknown, key: "a" }, 404, "RESOURCE_DOES_NOT_EXIST", /^Run with id=/],
    [
      "a dataset without a name",
      "log-inputs",
      { run_id: unknown, datasets: [{ dataset: {} }] },
      400,
      "INVALID_PARAMETER_VALUE",
      /dataset\.name'/,
    ],
    [
      "outputs that are no list",
      "outputs",
      { run_id: unknown, models: "m" },
      400,
      "INVALID_PARAMETER_VALUE",
      /'models'/,
    ],
  ];
  for (const [what, path, fields, status, code, message] of invalid) {
    it(`refuses ${what} (${path}), and changes nothing`, async () => {
      const before = (await server.events()).length;
      await refused(post(path, fields), status, code, message);
      assert.equal((await server.events()).length, before);
    });
  }
});
