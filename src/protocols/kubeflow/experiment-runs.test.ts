import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("Kubeflow's experiment runs over HTTP", () => {
  let server: TestServer;
  let experimentId: string;
  before(async () => {
    server = await startTestServer();
    experimentId = (await server.kubeflow("POST", "experiments", { name: "e" })).body.id;
  });
  after(() => server.close());

  const create = (fields: object = {}) => server.kubeflow("POST", "experiment_runs", { experimentId, ...fields });
  const patch = (id: string, fields: object) => server.kubeflow("PATCH", `experiment_runs/${id}`, fields);
  const list = async (query: string) => (await server.kubeflow("GET", `experiment_runs?${query}`)).body.items;
  const where = (filter: string) => `filterQuery=${encodeURIComponent(filter)}`;
  const text = (value: string) => ({ metadataType: "MetadataStringValue", string_value: value });
  const search = async (filter: string) =>
    (await server.mlflow("POST", "runs/search", { experiment_ids: [experimentId], filter })).body.runs;

  it("shows in MLflow's search what Kubeflow's clients have made", async () => {
    const { status, body } = await create({
      name: "from kubeflow",
      description: "A note",
      owner: "ann",
      status: "SCHEDULED",
      startTimeSinceEpoch: "1000",
      endTimeSinceEpoch: "2000",
      externalId: "r-1",
      customProperties: { lr: { metadataType: "MetadataDoubleValue", double_value: 0.5 }, team: text("red") },
    });
    assert.equal(status, 201);
    const { id, createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = body;
    assert.deepEqual(body, {
      createTimeSinceEpoch,
      customProperties: { lr: { double_value: 0.5, metadataType: "MetadataDoubleValue" }, team: text("red") },
      description: "A note",
      endTimeSinceEpoch: "2000",
      experimentId,
      externalId: "r-1",
      id,
      lastUpdateTimeSinceEpoch,
      name: "from kubeflow",
      owner: "ann",
      startTimeSinceEpoch: "1000",
      state: "LIVE",
      status: "SCHEDULED",
    });
    const [run] = await search("attributes.run_name = 'from kubeflow'");
    assert.match(run.info.run_id, /^[0-9a-f]{32}$/);
    assert.deepEqual(run.info, {
      run_uuid: run.info.run_id,
      experiment_id: experimentId,
      run_name: "from kubeflow",
      user_id: "ann",
      status: "SCHEDULED",
      start_time: 1000,
      end_time: 2000,
      artifact_uri: `mlflow-artifacts:/${experimentId}/${run.info.run_id}/artifacts`,
      lifecycle_stage: "active",
      run_id: run.info.run_id,
    });
    const tags = new Map(run.data.tags.map(({ key, value }: { key: string; value: string }) => [key, value]));
    assert.deepEqual(
      tags,
      new Map([
        ["lr", "0.5"],
        ["team", "red"],
        ["mlflow.runName", "from kubeflow"],
        ["mlflow.note.content", "A note"],
      ]),
    );
  });

  it("shows Kubeflow's clients what MLflow's have made", async () => {
    const { run } = (
      await server.mlflow("POST", "runs/create", {
        experiment_id: experimentId,
        run_name: "from mlflow",
        user_id: "bob",
        start_time: 5,
        tags: [{ key: "mlflow.note.content", value: "Said in MLflow" }],
      })
    ).body;
    await server.mlflow("POST", "runs/update", { run_id: run.info.run_id, status: "FAILED", end_time: 9 });
    const [found] = await list(where("name = 'from mlflow'"));
    assert.ok(Number(found.lastUpdateTimeSinceEpoch) > 9);
    assert.deepEqual(found, {
      createTimeSinceEpoch: "5",
      customProperties: {},
      description: "Said in MLflow",
      endTimeSinceEpoch: "9",
      experimentId,
      id: found.id,
      lastUpdateTimeSinceEpoch: found.lastUpdateTimeSinceEpoch,
      name: "from mlflow",
      owner: "bob",
      startTimeSinceEpoch: "5",
      state: "LIVE",
      status: "FAILED",
    });
  });

  it("changes only what a PATCH names, and never the status of a run that is archived", async () => {
    const { body } = await create({ status: "FINISHED", owner: "ann", customProperties: { a: text("1") } });
    const archived = await patch(body.id, { state: "ARCHIVED" });
    assert.deepEqual(archived.body, {
      ...body,
      state: "ARCHIVED",
      lastUpdateTimeSinceEpoch: archived.body.lastUpdateTimeSinceEpoch,
    });
    const restored = await patch(body.id, { state: "LIVE", customProperties: {} });
    assert.deepEqual([restored.body.status, restored.body.customProperties], ["FINISHED", {}]);
    const [run] = await search(`attributes.run_name = '${body.name}'`);
    assert.equal(run.info.status, "FINISHED");
    await server.mlflow("POST", "runs/update", { run_id: run.info.run_id, end_time: Date.now() });
    assert.equal((await server.kubeflow("GET", `experiment_runs/${body.id}`)).body.status, "FINISHED");
  });

  it("keeps the name and MLflow's tag of it in step", async () => {
    const named = await create({ customProperties: { "mlflow.runName": text("by property") } });
    assert.deepEqual([named.body.name, named.body.customProperties], ["by property", {}]);
    const { body } = await patch(named.body.id, { customProperties: { "mlflow.runName": text("renamed") } });
    assert.equal(body.name, "renamed");
    const [run] = await search("tags.mlflow.runName = 'renamed'");
    assert.equal(run.info.run_name, "renamed");
    await server.mlflow("POST", "runs/set-tag", { run_id: run.info.run_id, key: "mlflow.runName", value: "by tag" });
    assert.equal((await server.kubeflow("GET", `experiment_runs/${body.id}`)).body.name, "by tag");
    assert.equal((await create({ name: "by tag" })).status, 409);
    const other = await create({ name: "other" });
    const clash = await patch(other.body.id, { customProperties: { "mlflow.runName": text("by tag") } });
    assert.equal(clash.status, 409);
  });

  it("gives a run without a name a UUID, and one without a start the time of its creation in MLflow alone", async () => {
    const { body } = await create({ endTimeSinceEpoch: "5" });
    assert.match(body.name, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal("startTimeSinceEpoch" in body, false);
    assert.deepEqual(await list(where(`id = ${body.id} AND startTimeSinceEpoch IS NULL`)), [body]);
    const [run] = await search(`attributes.run_name = '${body.name}'`);
    assert.equal(run.info.start_time, Number(body.createTimeSinceEpoch));
  });

  it("keeps 64-bit times", async () => {
    const time = "9007199254740993";
    const { body } = await create({ startTimeSinceEpoch: time });
    assert.equal(body.startTimeSinceEpoch, time);
    assert.equal((await patch(body.id, { endTimeSinceEpoch: "9007199254740992" })).status, 400);
  });

  it("has unique names in an experiment, but finds and shows several that MLflow made", async () => {
    await create({ name: "once" });
    assert.equal((await create({ name: "once" })).status, 409);
    const other = (await server.kubeflow("POST", "experiments", { name: "another" })).body.id;
    assert.equal((await create({ name: "once", experimentId: other })).status, 201);
    for (const _ of [1, 2]) {
      await server.mlflow("POST", "runs/create", { experiment_id: experimentId, run_name: "twice" });
    }
    const query = `name=twice&parentResourceId=${experimentId}`;
    const found = await server.kubeflow("GET", `experiment_run?${query}`);
    assert.equal(found.status, 404);
    assert.match(found.body.message, /multiple/);
    const nested = await server.kubeflow("GET", `experiments/${experimentId}/experiment_runs?name=twice`);
    assert.equal(nested.body.size, 2);
  });

  it("makes and changes runs below their experiment", async () => {
    const post = (id: string, fields: object) => server.kubeflow("POST", `experiments/${id}/experiment_runs`, fields);
    const made = await post(experimentId, { experimentId: "999", name: "below" });
    assert.deepEqual([made.status, made.body.experimentId], [201, experimentId]);
    const changed = await post(experimentId, { ...made.body, status: "KILLED", name: "ignored" });
    assert.deepEqual(
      [changed.status, changed.body.id, changed.body.status, changed.body.name],
      [201, made.body.id, "KILLED", "below"],
    );
    const other = (await server.kubeflow("POST", "experiments", { name: "elsewhere" })).body.id;
    assert.equal((await post(other, { experimentId: other, id: made.body.id })).status, 404);
    assert.equal((await post(experimentId, { experimentId, id: "999999" })).status, 404);
    assert.equal((await post("999999", { experimentId })).status, 404);
    assert.equal((await server.kubeflow("GET", "experiments/999999/experiment_runs")).status, 404);
    assert.equal((await post(experimentId, { name: "no experiment" })).status, 422);
    const found = await server.kubeflow("GET", `experiment_run?name=below&parentResourceId=${experimentId}`);
    assert.equal(found.body.id, made.body.id);
  });

  it("refuses what the contract refuses", async () => {
    const { body } = await create({ startTimeSinceEpoch: "100", externalId: "taken" });
    const answers = await Promise.all([
      create({ experimentId: "999999" }),
      create({ experimentId: "" }),
      create({ experimentId: "x" }),
      create({ startTimeSinceEpoch: "2", endTimeSinceEpoch: "1" }),
      create({ externalId: "taken" }),
      create({ status: "DONE" }),
      patch(body.id, { endTimeSinceEpoch: "99" }),
      patch(body.id, { startTimeSinceEpoch: "1" }),
      patch(body.id, { endTimeSinceEpoch: 100 }),
      patch("999999", {}),
      server.kubeflow("GET", "experiment_run?name=x"),
      server.kubeflow("DELETE", `experiment_runs/${body.id}`),
      server.kubeflow("GET", "experiment_runs", undefined, "v1"),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 422, 400, 400, 409, 400, 400, 400, 400, 404, 400, 409, 404],
    );
  });

  it("lists by every attribute", async () => {
    const owner = "lister";
    const runs = [
      { name: "r1", status: "FAILED", startTimeSinceEpoch: "9", endTimeSinceEpoch: "70", description: "first" },
      { name: "r2", status: "RUNNING", startTimeSinceEpoch: "60", description: "second" },
    ];
    for (const run of runs) await create({ ...run, owner });
    const names = async (filter: string) =>
      (await list(where(`owner = 'lister' AND ${filter}`))).map(({ name }: { name: string }) => name);
    assert.deepEqual(await names("startTimeSinceEpoch > 50"), ["r2"]);
    assert.deepEqual(await names("startTimeSinceEpoch < '50'"), ["r1"]);
    assert.deepEqual(await names("endTimeSinceEpoch IS NULL"), ["r2"]);
    assert.deepEqual(await names("status IN ('FAILED')"), ["r1"]);
    assert.deepEqual(await names("description = 'second'"), ["r2"]);
    assert.deepEqual(await names("name <> 'r1'"), ["r2"]);
    assert.deepEqual(await names(`experimentId = ${experimentId} AND state = 'LIVE'`), ["r1", "r2"]);
    assert.deepEqual(await names("state = 'ARCHIVED'"), []);
  });

  it("removes an archived one for good", async () => {
    const { body } = await create({ name: "removed" });
    await patch(body.id, { state: "ARCHIVED" });
    assert.equal((await server.kubeflow("DELETE", `experiment_runs/${body.id}`)).status, 204);
    assert.equal((await server.kubeflow("GET", `experiment_runs/${body.id}`)).status, 404);
    assert.equal((await create({ name: "removed" })).status, 201);
  });

  it("tells the world about each change", async () => {
    const before = (await server.events()).length;
    const { body } = await create();
    await patch(body.id, { status: "FINISHED" });
    await patch(body.id, { state: "ARCHIVED" });
    await patch(body.id, { state: "LIVE", status: "KILLED" });
    await patch(body.id, { state: "ARCHIVED" });
    await server.kubeflow("DELETE", `experiment_runs/${body.id}`);
    const kinds = (await server.events()).slice(before).map(({ kind }) => kind);
    const changes = ["created", "updated", "deleted", "updated", "restored", "deleted", "purged"];
    assert.deepEqual(
      kinds,
      changes.map((change) => `run.${change}`),
    );
  });
});
