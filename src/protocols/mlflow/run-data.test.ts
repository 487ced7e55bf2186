import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("what runs log, over HTTP", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const post = (path: string, fields?: object) => server.mlflow("POST", `runs/${path}`, fields);
  const newRunId = async (): Promise<string> =>
    (await post("create", { experiment_id: "0", run_name: "r" })).body.run.info.run_id;
  const data = async (runId: string) => (await server.mlflow("GET", "runs/get", { run_id: runId })).body.run.data;
  const refused = async (answer: ReturnType<typeof post>, message: string | RegExp) => {
    const { status, body } = await answer;
    assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
    if (typeof message === "string") assert.equal(body.message, message);
    else assert.match(body.message, message);
  };
  const metric = { key: "m", value: 1, timestamp: 1 };

  it("logs one after the other, with one event each", async () => {
    const runId = await newRunId();
    const before = (await server.events()).length;
    await post("log-metric", { run_id: runId, ...metric, step: 2 });
    await post("log-parameter", { run_uuid: runId, key: "p", value: "1" });
    await post("log-parameter", { run_id: runId, key: "empty" });
    await post("set-tag", { run_id: runId, key: "t", value: "1" });
    await post("delete-tag", { run_id: runId, key: "t" });
    assert.deepEqual(await data(runId), {
      metrics: [{ ...metric, step: 2 }],
      params: [
        { key: "p", value: "1" },
        { key: "empty", value: "" },
      ],
      tags: [{ key: "mlflow.runName", value: "r" }],
    });
    const logged = { kind: "run.data-logged", runId, metrics: 0, params: 0, tags: 0 };
    assert.deepEqual((await server.events()).slice(before), [
      { ...logged, metrics: 1 },
      { ...logged, params: 1 },
      { ...logged, params: 1 },
      { ...logged, tags: 1 },
      { kind: "run.tag-deleted", runId, key: "t" },
    ]);
  });

  it("logs a batch with one event; the last of two equal tags counts", async () => {
    const runId = await newRunId();
    const before = (await server.events()).length;
    await post("log-batch", {
      run_id: runId,
      metrics: [metric, { ...metric, step: 1, value: "NaN" }, { ...metric, key: "big", value: "-Infinity" }],
      params: [{ key: "p", value: "1" }],
      tags: [
        { key: "t", value: "1" },
        { key: "t", value: "2" },
      ],
    });
    assert.deepEqual(await data(runId), {
      metrics: [
        { ...metric, step: 1, value: "NaN" },
        { ...metric, key: "big", value: -Number.MAX_VALUE, step: 0 },
      ],
      params: [{ key: "p", value: "1" }],
      tags: [
        { key: "mlflow.runName", value: "r" },
        { key: "t", value: "2" },
      ],
    });
    const event = { kind: "run.data-logged", runId, metrics: 3, params: 1, tags: 2 };
    assert.deepEqual((await server.events()).slice(before), [event]);
  });

  it("writes a param once", async () => {
    const runId = await newRunId();
    await post("log-parameter", { run_id: runId, key: "p", value: "1" });
    assert.equal((await post("log-parameter", { run_id: runId, key: "p", value: "1" })).status, 200);
    await refused(
      post("log-parameter", { run_id: runId, key: "p", value: "2" }),
      `Changing param values is not allowed. Param with key='p' was already logged with value='1' for run ID='${runId}'. ` +
        "Attempted logging new value '2'.",
    );
  });

  it("logs all of a batch or nothing", async () => {
    const runId = await newRunId();
    await post("log-parameter", { run_id: runId, key: "p", value: "it's" });
    await refused(
      post("log-batch", {
        run_id: runId,
        metrics: [metric],
        params: [
          { key: "new", value: "1" },
          { key: "p", value: "2" },
        ],
        tags: [{ key: "t", value: "1" }],
      }),
      `Changing param values is not allowed. Params were already logged='[{'key': 'p', 'old_value': "it's", 'new_value': '2'}]' ` +
        `for run ID='${runId}'.`,
    );
    assert.deepEqual(await data(runId), {
      params: [{ key: "p", value: "it's" }],
      tags: [{ key: "mlflow.runName", value: "r" }],
    });
  });

  it("cuts values that are too long, between characters", async () => {
    const runId = await newRunId();
    await post("log-parameter", { run_id: runId, key: "p", value: "🙂".repeat(6001) });
    await post("log-batch", { run_id: runId, tags: [{ key: "t", value: "v".repeat(8001) }] });
    const { params, tags } = await data(runId);
    assert.equal(params[0].value, "🙂".repeat(6000));
    assert.equal(tags[1].value, "v".repeat(8000));
  });

  const list = (length: number, item: (index: number) => object) => Array.from({ length }, (_, index) => item(index));
  const invalid: [string, string, object, string | RegExp][] = [
    [
      "a name that climbs",
      "log-metric",
      { ...metric, key: "../m" },
      /^Invalid value "\.\.\/m" for parameter 'name' supplied: .* resolve to '\.\.\/m'$/,
    ],
    [
      "a character that is not allowed",
      "log-parameter",
      { key: "p$", value: "1" },
      /^Invalid value "p\$" for parameter 'key' supplied: Names may only contain alphanumerics/,
    ],
    [
      "a name that is too long",
      "log-metric",
      { ...metric, key: "m".repeat(251) },
      "'Metric name' exceeds the maximum length of 250 characters",
    ],
    ["a value that is a word", "log-metric", { ...metric, value: "high" }, /'value' supplied:/],
    ["no value", "log-metric", { key: "m", timestamp: 1 }, /^Missing value for required parameter 'value'/],
    [
      "a time before 1970",
      "log-metric",
      { ...metric, timestamp: -1 },
      /^Invalid value -1 for parameter 'timestamp' supplied: metric 'm' \(value=1\.0\)/,
    ],
    ["a step that is a fraction", "log-metric", { ...metric, step: 1.5 }, /'step' supplied:/],
    ["a step beyond 64 bits", "log-metric", { ...metric, step: "9223372036854775808" }, /'step' supplied:/],
    ["half a dataset", "log-metric", { ...metric, dataset_name: "d" }, /^Both dataset_name and dataset_digest/],
    ["a param that is a number", "log-batch", { params: [{ key: "p", value: 5 }] }, /'params\[0\]\.value' supplied:/],
    ["a metric without a key", "log-batch", { metrics: [metric, { value: 1, timestamp: 1 }] }, /'metrics\[1\]\.key'/],
    [
      "a bad name behind good ones",
      "log-batch",
      { metrics: [metric], params: [{ key: "p" }], tags: [{ key: "t" }, { key: "/t" }] },
      /'tags\[1\]\.key'/,
    ],
    [
      "the same param twice",
      "log-batch",
      { params: [{ key: "p" }, { key: "p" }] },
      /^Duplicate parameter keys have been submitted: \['p'\]\./,
    ],
    [
      "1001 metrics",
      "log-batch",
      { metrics: list(1001, () => metric) },
      /^A batch logging request can contain at most 1000 metrics\. Got 1001 metrics\./,
    ],
    ["101 params", "log-batch", { params: list(101, (index) => ({ key: `p${index}` })) }, /at most 100 params/],
    ["101 tags", "log-batch", { tags: list(101, (index) => ({ key: `t${index}` })) }, /at most 100 tags/],
    [
      "1001 of all",
      "log-batch",
      { metrics: list(1000, () => metric), tags: [{ key: "t" }] },
      /at most 1000 metrics, params, and tags/,
    ],
    ["metrics that are no list", "log-batch", { metrics: "m" }, /'metrics' supplied:/],
  ];
  for (const [what, path, fields, message] of invalid) {
    it(`refuses ${what} (${path}), and changes nothing`, async () => {
      const runId = await newRunId();
      await refused(post(path, { run_id: runId, ...fields }), message);
      assert.deepEqual(await data(runId), { tags: [{ key: "mlflow.runName", value: "r" }] });
    });
  }

  it("refuses a metric of a logged model that is not there", async () => {
    const runId = await newRunId();
    const { status, body } = await post("log-metric", { run_id: runId, ...metric, model_id: "m-none" });
    assert.deepEqual([status, body.message], [404, "Logged model with ID 'm-none' not found."]);
    assert.deepEqual((await data(runId)).metrics, undefined);
  });
});
