import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("Kubeflow's experiments over HTTP", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const create = (fields: object) => server.kubeflow("POST", "experiments", fields);
  const patch = (id: string, fields: object) => server.kubeflow("PATCH", `experiments/${id}`, fields);
  const get = async (id: string) => (await server.kubeflow("GET", `experiments/${id}`)).body;
  const getByMlflow = async (id: string) =>
    (await server.mlflow("GET", "experiments/get", { experiment_id: id })).body.experiment;
  const text = (value: string) => ({ metadataType: "MetadataStringValue", string_value: value });
  const names = async (query: string) =>
    (await server.kubeflow("GET", `experiments?${query}`)).body.items.map(({ name }: { name: string }) => name);

  it("shows MLflow's clients what Kubeflow's have made", async () => {
    const { status, body } = await create({
      name: "from kubeflow",
      description: "A note",
      externalId: "e-1",
      owner: "ann",
      customProperties: { team: text("red"), size: { metadataType: "MetadataIntValue", int_value: "7" } },
    });
    assert.equal(status, 201);
    const { id, createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = body;
    assert.deepEqual(body, {
      createTimeSinceEpoch,
      customProperties: { size: { int_value: "7", metadataType: "MetadataIntValue" }, team: text("red") },
      description: "A note",
      externalId: "e-1",
      id,
      lastUpdateTimeSinceEpoch,
      name: "from kubeflow",
      owner: "ann",
      state: "LIVE",
    });
    assert.deepEqual(await getByMlflow(id), {
      experiment_id: id,
      name: "from kubeflow",
      artifact_location: `mlflow-artifacts:/${id}`,
      lifecycle_stage: "active",
      workspace: "default",
      last_update_time: Number(lastUpdateTimeSinceEpoch),
      creation_time: Number(createTimeSinceEpoch),
      tags: [
        { key: "mlflow.note.content", value: "A note" },
        { key: "size", value: "7" },
        { key: "team", value: "red" },
      ],
    });
    assert.deepEqual((await server.kubeflow("GET", "experiment?name=from%20kubeflow")).body, body);
    assert.deepEqual((await server.kubeflow("GET", "experiment?externalId=e-1")).body, body);
  });

  it("shows Kubeflow's clients what MLflow's have made and changed", async () => {
    const { body } = await server.mlflow("POST", "experiments/create", {
      name: "from mlflow",
      tags: [
        { key: "team", value: "blue" },
        { key: "mlflow.note.content", value: "Said in MLflow" },
      ],
    });
    const id = body.experiment_id;
    const experiment = await get(id);
    assert.equal(experiment.description, "Said in MLflow");
    assert.deepEqual(experiment.customProperties, { team: text("blue") });
    await server.mlflow("POST", "experiments/update", { experiment_id: id, new_name: "renamed" });
    await server.mlflow("POST", "experiments/set-experiment-tag", {
      experiment_id: id,
      key: "mlflow.note.content",
      value: "Said again",
    });
    await server.mlflow("POST", "experiments/delete", { experiment_id: id });
    const { name, description, state } = await get(id);
    assert.deepEqual({ name, description, state }, { name: "renamed", description: "Said again", state: "ARCHIVED" });
  });

  it("knows the experiment that is there from the start", async () => {
    const { name, state, id } = await get("0");
    assert.deepEqual({ name, state, id }, { name: "Default", state: "LIVE", id: "0" });
  });

  it("changes only what a PATCH names", async () => {
    const { body } = await create({
      name: "patched",
      description: "d",
      owner: "ann",
      customProperties: { a: text("1") },
    });
    await patch(body.id, { state: "ARCHIVED" });
    const archived = await patch(body.id, { owner: "bob" });
    assert.equal(archived.status, 200);
    assert.deepEqual(archived.body, {
      ...body,
      owner: "bob",
      state: "ARCHIVED",
      lastUpdateTimeSinceEpoch: archived.body.lastUpdateTimeSinceEpoch,
    });
    assert.equal((await getByMlflow(body.id)).lifecycle_stage, "deleted");
    const cleared = await patch(body.id, { description: "", customProperties: {}, state: "LIVE" });
    assert.deepEqual([cleared.body.description, cleared.body.customProperties, cleared.body.state], ["", {}, "LIVE"]);
    assert.equal((await getByMlflow(body.id)).lifecycle_stage, "active");
  });

  it("leaves the runs as they are where it archives", async () => {
    const { body } = await create({ name: "of runs" });
    const run = await server.mlflow("POST", "runs/create", { experiment_id: body.id });
    await patch(body.id, { state: "ARCHIVED" });
    const { info } = (await server.mlflow("GET", "runs/get", { run_id: run.body.run.info.run_id })).body.run;
    assert.equal(info.lifecycle_stage, "active");
  });

  it("holds names of archived ones here, and gives them free to MLflow", async () => {
    const { body } = await create({ name: "held" });
    await patch(body.id, { state: "ARCHIVED" });
    assert.equal((await create({ name: "held" })).status, 409);
    const { status } = await server.mlflow("POST", "experiments/create", { name: "held" });
    assert.equal(status, 200);
    const restored = await patch(body.id, { state: "LIVE" });
    assert.equal(restored.status, 409);
    assert.match(restored.body.message, /already exists/);
    const found = await server.kubeflow("GET", "experiment?name=held");
    assert.equal(found.body.state, "LIVE");
  });

  it("refuses what the contract refuses", async () => {
    const { body } = await create({ name: "refusing", externalId: "taken" });
    const statuses = async (answers: ReturnType<typeof create>[]) =>
      (await Promise.all(answers)).map(({ status }) => status);
    assert.deepEqual(
      await statuses([
        create({}),
        create({ name: "" }),
        create({ name: "x", id: "1" }),
        create({ name: "x", state: "GONE" }),
        create({ name: "refusing" }),
        create({ name: "other", externalId: "taken" }),
        patch(body.id, { name: "renamed" }),
        patch("999999", {}),
        server.kubeflow("GET", "experiments/x"),
        server.kubeflow("GET", "experiments/999999"),
        server.kubeflow("GET", "experiment"),
        server.kubeflow("GET", "experiment?name=nobody"),
        server.kubeflow("GET", "experiments?filterQuery=a+!"),
        server.kubeflow("GET", "experiments", undefined, "v1"),
        server.kubeflow("DELETE", `experiments/${body.id}`),
      ]),
      [422, 422, 400, 400, 409, 409, 400, 404, 400, 404, 400, 404, 400, 404, 409],
    );
  });

  it("lists by filter, order and page", async () => {
    const owner = "lister";
    for (const [name, description] of [
      ["b_1", "second"],
      ["bx1", "first"],
      ["a", "third"],
    ]) {
      await create({ name, description, owner });
    }
    const by = (filter: string) => `filterQuery=${encodeURIComponent(`owner = 'lister' AND ${filter}`)}`;
    assert.deepEqual(await names(by("description LIKE '%ir%'")), ["bx1", "a"]);
    assert.deepEqual(await names(by("description <> 'first'")), ["b_1", "a"]);
    assert.deepEqual(await names(by("description IS NULL")), []);
    assert.deepEqual(await names(by("name = 'b_1'")), ["b_1"]);
    assert.deepEqual(await names(`${by("state = 'LIVE'")}&orderBy=NAME&sortOrder=DESC`), ["bx1", "b_1", "a"]);
    const page = `${by("id > 0")}&orderBy=NAME&pageSize=2`;
    const first = await server.kubeflow("GET", `experiments?${page}`);
    assert.equal(first.body.size, 2);
    assert.deepEqual(await names(`${page}&pageToken=${first.body.nextPageToken}`), ["bx1"]);
  });

  it("removes an archived one for good, with its runs and logged models", async () => {
    const { body } = await create({ name: "removed" });
    const run = await server.kubeflow("POST", "experiment_runs", { experimentId: body.id });
    await server.mlflow("POST", "logged-models", { experiment_id: body.id, name: "m" });
    await patch(body.id, { state: "ARCHIVED" });
    assert.deepEqual(await server.kubeflow("DELETE", `experiments/${body.id}`), { status: 204, body: undefined });
    assert.equal((await server.kubeflow("GET", `experiments/${body.id}`)).status, 404);
    assert.equal((await server.kubeflow("GET", `experiment_runs/${run.body.id}`)).status, 404);
    assert.equal((await create({ name: "removed" })).status, 201);
  });

  it("tells the world about each change", async () => {
    const { body } = await create({ name: "told" });
    const experimentId = Number(body.id);
    await patch(body.id, { description: "d" });
    await patch(body.id, { state: "ARCHIVED" });
    await patch(body.id, { state: "LIVE" });
    await patch(body.id, { state: "ARCHIVED" });
    await server.kubeflow("DELETE", `experiments/${body.id}`);
    const events = (await server.events()).filter(
      (event) => "experimentId" in event && event.experimentId === experimentId,
    );
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["created", "updated", "deleted", "restored", "deleted", "purged"].map((change) => `experiment.${change}`),
    );
  });
});
