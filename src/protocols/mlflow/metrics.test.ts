import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("metric histories over HTTP", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const post = (path: string, fields?: object) => server.mlflow("POST", `runs/${path}`, fields);
  const get = (path: string, fields: object) => server.mlflow("GET", `metrics/${path}`, fields);
  const newRunId = async (): Promise<string> => (await post("create", { experiment_id: "0" })).body.run.info.run_id;
  const refused = async (answer: ReturnType<typeof post>, message: RegExp) => {
    const { status, body } = await answer;
    assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
    assert.match(body.message, message);
  };
  const points = (length: number) =>
    Array.from({ length }, (_, step) => ({ key: "m", value: step / 3, timestamp: 100 - step, step }));

  it("pages through a history in order of time", async () => {
    const runId = await newRunId();
    await post("log-batch", { run_id: runId, metrics: points(10) });
    const all = points(10).reverse();
    assert.deepEqual((await get("get-history", { run_id: runId, metric_key: "m" })).body, { metrics: all });
    const first = (await get("get-history", { run_uuid: runId, metric_key: "m", max_results: 6 })).body;
    assert.deepEqual(first.metrics, all.slice(0, 6));
    const rest = { run_id: runId, metric_key: "m", max_results: 6, page_token: first.next_page_token };
    assert.deepEqual((await get("get-history", rest)).body, { metrics: all.slice(6) });
    await refused(get("get-history", { ...rest, metric_key: "other" }), /^Invalid page token/);
  });

  it("keeps 64-bit integers exact on the wire, and writes NaN as text", async () => {
    const runId = await newRunId();
    const response = await fetch(`${server.url}/api/2.0/mlflow/runs/log-batch`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: `{"run_id":"${runId}","metrics":[
        {"key":"m","value":"NaN","timestamp":"9223372036854775807","step":-9223372036854775808},
        {"key":"m","value":0.1,"timestamp":9007199254740993,"step":"9007199254740993"}]}`,
    });
    assert.equal(response.status, 200);
    const history = await fetch(`${server.url}/api/2.0/mlflow/metrics/get-history?run_id=${runId}&metric_key=m`);
    assert.equal(
      await history.text(),
      '{"metrics":[{"key":"m","value":0.1,"timestamp":9007199254740993,"step":9007199254740993},' +
        '{"key":"m","value":"NaN","timestamp":9223372036854775807,"step":-9223372036854775808}]}',
    );
  });

  it("has nothing of an unknown run or metric", async () => {
    assert.deepEqual(await get("get-history", { run_id: "none", metric_key: "m" }), { status: 200, body: {} });
    assert.deepEqual((await get("get-history-bulk-interval", { run_ids: "none", metric_key: "m" })).body, {});
    assert.deepEqual((await get("get-history-bulk", { run_id: "none", metric_key: "m" })).body, { metrics: [] });
  });

  it("gives several runs at once, whole or sampled", async () => {
    const runIds = [await newRunId(), await newRunId()].toSorted();
    for (const runId of runIds) await post("log-batch", { run_id: runId, metrics: points(5) });
    const bulk = (await get("get-history-bulk", { run_id: runIds, metric_key: "m", max_results: 7 })).body.metrics;
    const [first, second] = runIds;
    assert.deepEqual(
      bulk.map((point: { run_id: string; step: number }) => [point.run_id, point.step]),
      [4, 3, 2, 1, 0].map((step) => [first, step]).concat([4, 3].map((step) => [second, step])),
    );
    const interval = { run_ids: [second, first], metric_key: "m", max_results: 2, start_step: 1, end_step: 3 };
    const sampled = (await get("get-history-bulk-interval", interval)).body.metrics;
    assert.deepEqual(sampled[0], { ...points(5)[1], run_id: second });
    assert.deepEqual(
      sampled.map((point: { run_id: string; step: number }) => [point.run_id, point.step]),
      [second, first].flatMap((runId) => [1, 3].map((step) => [runId, step])),
    );
  });

  const many = Array.from({ length: 101 }, (_, index) => `r${index}`);
  const interval = { run_ids: "r", metric_key: "m" };
  const invalid: [string, string, object, RegExp][] = [
    ["no run", "get-history", { metric_key: "m" }, /^Missing value for required parameter 'run_id'/],
    ["no metric", "get-history", { run_id: "r" }, /^Missing value for required parameter 'metric_key'/],
    [
      "an empty page",
      "get-history",
      { run_id: "r", metric_key: "m", max_results: 0 },
      /^Invalid value 0 for parameter 'max_results'/,
    ],
    ["a token of rubbish", "get-history", { run_id: "r", metric_key: "m", page_token: "!!" }, /^Invalid page token/],
    ["no run", "get-history-bulk", { metric_key: "m" }, /must specify at least one run_id\.$/],
    ["101 runs", "get-history-bulk", { run_id: many, metric_key: "m" }, /cannot specify more than 100 run_ids/],
    ["no metric", "get-history-bulk", { run_id: "r" }, /must specify a metric_key\.$/],
    ["101 runs", "get-history-bulk-interval", { run_ids: many, metric_key: "m" }, /at most 100 run_ids\. Received 101/],
    [
      "2501 points",
      "get-history-bulk-interval",
      { ...interval, max_results: 2501 },
      /^max_results must be between 1 and 2500\./,
    ],
    ["half a range", "get-history-bulk-interval", { ...interval, end_step: 1 }, /both must be specified\.$/],
    [
      "a range backwards",
      "get-history-bulk-interval",
      { ...interval, start_step: 2, end_step: 1 },
      /^end_step must be greater/,
    ],
  ];
  for (const [what, path, fields, message] of invalid) {
    it(`refuses ${what} (${path})`, () => refused(get(path, fields), message));
  }
});
