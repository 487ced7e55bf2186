import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

/** A point of a history, or a metric. */
interface Point {
  id: string;
  name: string;
  value?: number;
  step: number;
  timestamp: string;
}

describe("metrics, parameters and datasets of Kubeflow's runs over HTTP", () => {
  let server: TestServer;
  let experimentId: string;
  before(async () => {
    server = await startTestServer();
    experimentId = (await server.kubeflow("POST", "experiments", { name: "e" })).body.id;
  });
  after(() => server.close());

  let runs = 0;
  /** A run that both clients know. */
  const newRun = async () => {
    const name = `run-${++runs}`;
    const { body } = await server.kubeflow("POST", "experiment_runs", { experimentId, name });
    const filter = `attributes.run_name = '${name}'`;
    const found = await server.mlflow("POST", "runs/search", { experiment_ids: [experimentId], filter });
    return { id: body.id as string, runId: found.body.runs[0].info.run_id as string };
  };
  const post = (run: string, artifact: object) => server.kubeflow("POST", `experiment_runs/${run}/artifacts`, artifact);
  const metric = (name: string, value: number, step: number, fields: object = {}) => ({
    artifactType: "metric",
    name,
    value,
    step,
    timestamp: "1700000000000",
    ...fields,
  });
  const get = async (id: string) => (await server.kubeflow("GET", `artifacts/${id}`)).body;
  const history = async (run: string, query = ""): Promise<Point[]> =>
    (await server.kubeflow("GET", `experiment_runs/${run}/metric_history?${query}`)).body.items;
  const values = async (run: string, query = "") => (await history(run, query)).map(({ value }) => value);
  const mlflowRun = async (runId: string) => (await server.mlflow("GET", "runs/get", { run_id: runId })).body.run;
  const mlflowHistory = async (runId: string, key: string) =>
    (await server.mlflow("GET", "metrics/get-history", { run_id: runId, metric_key: key })).body.metrics;
  const text = (value: string) => ({ metadataType: "MetadataStringValue", string_value: value });

  it("logs a metric that MLflow's clients see, with its history", async () => {
    const { id, runId } = await newRun();
    const { status, body } = await post(id, metric("loss", 0.5, 1));
    assert.equal(status, 200);
    const { createTimeSinceEpoch, lastUpdateTimeSinceEpoch, ...rest } = body;
    assert.deepEqual(rest, {
      artifactType: "metric",
      customProperties: {
        experiment_id: { int_value: experimentId, metadataType: "MetadataIntValue" },
        experiment_run_id: { int_value: id, metadataType: "MetadataIntValue" },
      },
      experimentId,
      experimentRunId: id,
      id: body.id,
      name: "loss",
      step: 1,
      timestamp: "1700000000000",
      value: 0.5,
    });
    assert.deepEqual(await get(body.id), { ...body, customProperties: {} });
    assert.deepEqual((await mlflowRun(runId)).data.metrics, [
      { key: "loss", value: 0.5, timestamp: 1700000000000, step: 1 },
    ]);
    assert.equal((await mlflowHistory(runId, "loss")).length, 1);
  });

  it("shows what MLflow's clients log", async () => {
    const { id, runId } = await newRun();
    await server.mlflow("POST", "runs/log-batch", {
      run_id: runId,
      metrics: [
        { key: "loss", value: 0.5, timestamp: 1, step: 0 },
        { key: "loss", value: 0.25, timestamp: 2, step: 1 },
      ],
      params: [{ key: "rate", value: "0.1" }],
    });
    await server.mlflow("POST", "runs/log-inputs", {
      run_id: runId,
      datasets: [{ dataset: { name: "train", digest: "d1", source_type: "s3", source: "s3://x" }, tags: [] }],
    });
    const { items } = (await server.kubeflow("GET", `experiment_runs/${id}/artifacts`)).body;
    assert.deepEqual(
      items.map(({ artifactType, name, value, digest }: Record<string, unknown>) => [
        artifactType,
        name,
        value ?? digest,
      ]),
      [
        ["dataset-artifact", "train", "d1"],
        ["metric", "loss", 0.25],
        ["parameter", "rate", "0.1"],
      ],
    );
    assert.deepEqual(await values(id, "name=loss"), [0.5, 0.25]);
    const changed = await server.kubeflow("PATCH", `artifacts/${items[2].id}`, { value: "0.2" });
    assert.equal(changed.body.value, "0.2");
    assert.deepEqual((await mlflowRun(runId)).data.params, [{ key: "rate", value: "0.2" }]);
  });

  it("keeps the value that was logged last, while MLflow's own points go by their steps", async () => {
    const { id, runId } = await newRun();
    await post(id, metric("loss", 0.9, 9));
    const { body } = await post(id, metric("loss", 0.2, 2));
    assert.deepEqual([(await get(body.id)).value, (await mlflowRun(runId)).data.metrics[0].value], [0.2, 0.2]);
    await server.mlflow("POST", "runs/log-metric", { run_id: runId, key: "loss", value: 0.1, timestamp: 1, step: 1 });
    assert.equal((await get(body.id)).value, 0.2);
    assert.deepEqual(await values(id), [0.1, 0.2, 0.9]);
  });

  it("logs a point where a metric is posted by its id, with the step and the timestamp that it has where none are given", async () => {
    const { id, runId } = await newRun();
    const { body: first } = await post(id, metric("loss", 0.5, 3, { description: "d" }));
    const { status, body } = await post(id, { artifactType: "metric", id: first.id, value: 0.25 });
    assert.deepEqual(
      [status, body],
      [200, { ...first, value: 0.25, lastUpdateTimeSinceEpoch: body.lastUpdateTimeSinceEpoch }],
    );
    await post(id, metric("loss", 0.125, 4, { id: first.id }));
    assert.deepEqual((await values(id, "name=loss")).sort(), [0.125, 0.25, 0.5]);
    assert.equal((await mlflowHistory(runId, "loss")).length, 3);
    assert.equal((await post(id, { artifactType: "metric", id: first.id, step: 5 })).status, 400);
    assert.equal((await get(first.id)).step, 4);
  });

  it("loses no point, however many come in one millisecond", async () => {
    const { id, runId } = await newRun();
    const posts = Array.from({ length: 200 }, (_, index) => post(id, metric("acc", index % 40, 7)));
    const statuses = new Set((await Promise.all(posts)).map(({ status }) => status));
    assert.deepEqual([...statuses], [200]);
    const points = await history(id, "name=acc");
    assert.equal(points.length, 200);
    assert.equal(new Set(points.map((point) => point.id)).size, 200);
    assert.equal(new Set(points.map((point) => point.value)).size, 40);
    assert.equal((await mlflowHistory(runId, "acc")).length, 40);
  });

  it("gives points numbers of their own, the same in every list, which find nothing", async () => {
    const { id } = await newRun();
    const { body } = await post(id, metric("loss", 1, 1));
    const [point] = await history(id);
    assert.deepEqual(await history(id, "name=loss&stepIds=1"), [point]);
    assert.notEqual(point?.id, body.id);
    assert.ok(BigInt(point?.id ?? 0) > 2n ** 53n);
    assert.equal((await server.kubeflow("GET", `artifacts/${point?.id}`)).status, 400);
  });

  it("lists a history by exact name, steps and filter, page by page", async () => {
    const { id } = await newRun();
    const names = ["a_b", "axb", "val_a_b", "a%b"];
    for (const [step, name] of names.entries())
      await post(id, metric(name, step / 4, step, { timestamp: `${10 + step}` }));
    assert.deepEqual(await values(id, "name=a_b"), [0]);
    assert.deepEqual(await values(id, "name=a%25b"), [0.75]);
    assert.deepEqual(await values(id, "stepIds=1,%202"), [0.25, 0.5]);
    assert.deepEqual(await values(id, `filterQuery=${encodeURIComponent("timestamp > 11 AND value < 0.6")}`), [0.5]);
    assert.deepEqual(
      await values(id, `filterQuery=${encodeURIComponent("name LIKE 'a%' AND step >= 1")}`),
      [0.25, 0.75],
    );
    assert.deepEqual(await values(id, "orderBy=NAME&sortOrder=DESC"), [0.5, 0.25, 0, 0.75]);
    const first = await server.kubeflow("GET", `experiment_runs/${id}/metric_history?pageSize=3`);
    assert.deepEqual([first.body.size, first.body.pageSize], [3, 3]);
    assert.equal((await history(id, `pageSize=3&nextPageToken=${first.body.nextPageToken}`)).length, 1);
    const all = await server.kubeflow("GET", "experiment_runs/metric_history?name=val_a_b");
    assert.deepEqual(
      all.body.items.map((item: { experimentRunId: string }) => item.experimentRunId),
      [id],
    );
  });

  it("keeps 64-bit steps and timestamps", async () => {
    const { id, runId } = await newRun();
    const step = "9007199254740993";
    await server.kubeflow(
      "POST",
      `experiment_runs/${id}/artifacts`,
      `{"artifactType":"metric","name":"m","value":1,"step":${step},"timestamp":"${step}"}`,
    );
    const response = await fetch(
      `${server.url}/api/model_registry/v1alpha3/experiment_runs/${id}/metric_history?stepIds=${step}`,
    );
    assert.match(await response.text(), new RegExp(`"step":${step},"timestamp":"${step}"`));
    assert.equal((await mlflowRun(runId)).data.metrics.length, 1);
  });

  it("takes step 0 and now where nothing else is said, and a name of its own", async () => {
    const { id } = await newRun();
    const before = Date.now();
    const { body } = await post(id, { artifactType: "metric", value: 1 });
    assert.equal(body.step, 0);
    assert.ok(Number(body.timestamp) >= before);
    assert.match(body.name, /^[0-9a-f-]{36}$/);
  });

  it("keeps what a metric carries through later points", async () => {
    const { id } = await newRun();
    const details = { description: "d", externalId: "m-1", state: "LIVE", customProperties: { unit: text("s") } };
    const { body } = await post(id, metric("loss", 1, 1, details));
    const later = await post(id, metric("loss", 2, 2));
    assert.equal(later.body.id, body.id);
    const { value, description, externalId, state, customProperties } = await get(body.id);
    assert.deepEqual({ value, description, externalId, state, customProperties }, { value: 2, ...details });
    assert.equal(later.body.description, "d");
    assert.equal((await post(id, metric("other", 1, 1, { externalId: "m-1" }))).status, 409);
    assert.deepEqual(await values(id, "name=other"), []);
  });

  it("changes a metric's latest point by PATCH, and only what that names", async () => {
    const { id, runId } = await newRun();
    const { body } = await post(id, metric("loss", 1, 1, { description: "d" }));
    const patched = await server.kubeflow("PATCH", `artifacts/${body.id}`, { value: 9 });
    const { value, step, timestamp, description } = patched.body;
    assert.deepEqual(
      { value, step, timestamp, description },
      { value: 9, step: 1, timestamp: body.timestamp, description: "d" },
    );
    assert.equal((await mlflowRun(runId)).data.metrics[0].value, 9);
    assert.deepEqual(await values(id), [1]);
    const again = await post(id, { ...metric("ignored", 3, 3), id: body.id });
    assert.deepEqual([again.status, again.body.id, again.body.name, again.body.value], [200, body.id, "loss", 3]);
  });

  it("sets parameters again, with their types", async () => {
    const { id, runId } = await newRun();
    const parameter = { artifactType: "parameter", name: "rate", value: "1", parameterType: "number" };
    const first = await post(id, parameter);
    const second = await post(id, { artifactType: "parameter", name: "rate", value: "2" });
    assert.deepEqual([first.status, second.status, second.body.id], [200, 200, first.body.id]);
    assert.deepEqual([second.body.value, second.body.parameterType], ["2", "number"]);
    assert.deepEqual((await mlflowRun(runId)).data.params, [{ key: "rate", value: "2" }]);
  });

  it("shows datasets as inputs in MLflow, and keeps two of one name apart where they differ", async () => {
    const [one, other] = [await newRun(), await newRun()];
    const dataset = { artifactType: "dataset-artifact", name: "train", sourceType: "s3", uri: "s3://d" };
    const first = await post(one.id, {
      ...dataset,
      source: "s3://one",
      customProperties: { "mlflow.data.context": text("training") },
    });
    const second = await post(other.id, { ...dataset, source: "s3://other" });
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.deepEqual(
      [(await get(first.body.id)).source, (await get(second.body.id)).source],
      ["s3://one", "s3://other"],
    );
    const [input] = (await mlflowRun(one.runId)).inputs.dataset_inputs;
    assert.match(first.body.digest, /^[0-9a-f]{8}$/);
    assert.deepEqual(input, {
      tags: [{ key: "mlflow.data.context", value: "training" }],
      dataset: { name: "train", digest: first.body.digest, source_type: "s3", source: "s3://one" },
    });
  });

  it("refuses what the contract refuses", async () => {
    const { id } = await newRun();
    const answers = await Promise.all([
      post(id, { name: "a", value: 1 }),
      post(id, { artifactType: "metric", name: "a" }),
      post(id, { artifactType: "metric", name: "a", value: "1" }),
      post(id, { artifactType: "metric", name: "a", value: 1, step: 1.5 }),
      post(id, { artifactType: "metric", name: "a", value: 1, timestamp: "yesterday" }),
      post(id, { artifactType: "parameter", name: "a", value: 1 }),
      post(id, { artifactType: "parameter", name: "a", value: "1", parameterType: "date" }),
      post("999999", metric("a", 1, 1)),
      post("x", metric("a", 1, 1)),
      post(id, { ...metric("a", 1, 1), id: "999999" }),
      server.kubeflow("GET", `experiment_runs/${id}/metric_history?stepIds=1,,2`),
      server.kubeflow("GET", `experiment_runs/${id}/metric_history?stepIds=9223372036854775808`),
      server.kubeflow("GET", `experiment_runs/${id}/metric_history?nextPageToken=x`),
      server.kubeflow("GET", "experiment_runs/999999/metric_history"),
      server.kubeflow("GET", "experiment_runs/metric_history", undefined, "v1"),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400, 400, 400, 400, 400, 400, 400, 404, 400, 400, 400, 400, 400, 404, 404],
    );
    assert.deepEqual(await values(id), []);
  });
});
