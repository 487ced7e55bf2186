import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const UNKNOWN = "2147483646";

const text = (value: string) => ({ metadataType: "MetadataStringValue", string_value: value });
const int = (value: string) => ({ int_value: value, metadataType: "MetadataIntValue" });

describe("Kubeflow's model versions over HTTP", () => {
  let server: TestServer;
  let models = 0;
  let modelId = "";
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    modelId = (await server.kubeflow("POST", "registered_models", { name: `model-${++models}` })).body.id;
  });

  const create = (fields: object = {}) =>
    server.kubeflow("POST", "model_versions", { name: "v1", registeredModelId: modelId, ...fields });
  const upsert = (fields: object) =>
    server.kubeflow("POST", `registered_models/${modelId}/versions`, { registeredModelId: modelId, ...fields });
  const patch = (id: string, fields: object) => server.kubeflow("PATCH", `model_versions/${id}`, fields);
  const get = async (id: string) => (await server.kubeflow("GET", `model_versions/${id}`)).body;
  const remove = (id: string) => server.kubeflow("DELETE", `model_versions/${id}`);
  const find = (query: object) => server.kubeflow("GET", `model_version?${new URLSearchParams({ ...query })}`);
  const list = (query: object, path = `registered_models/${modelId}/versions`) =>
    server.kubeflow("GET", `${path}?${new URLSearchParams({ ...query })}`);
  const names = async (query: object) => (await list(query)).body.items.map(({ name }: { name: string }) => name);

  it("makes, gets, finds and lists a version, in both versions of the API", async () => {
    const given = { name: "v2-final", description: "d", externalId: `x-${modelId}`, author: "ann" };
    const customProperties = { framework: text("onnx"), epochs: int("3") };
    const { status, body } = await create({ ...given, customProperties });
    assert.equal(status, 201);
    const { id, createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = body;
    const times = { createTimeSinceEpoch, lastUpdateTimeSinceEpoch };
    assert.deepEqual(body, { ...given, customProperties, id, registeredModelId: modelId, state: "LIVE", ...times });
    assert.deepEqual(await get(id), body);
    const page: object = { items: [body], nextPageToken: "", pageSize: 0, size: 1 };
    for (const version of ["v1", "v1alpha3"] as const) {
      const call = async (path: string): Promise<object> =>
        (await server.kubeflow("GET", path, undefined, version)).body;
      assert.deepEqual(await call(`model_version?name=v2-final&parentResourceId=${modelId}`), body);
      assert.deepEqual(await call(`model_version?externalId=x-${modelId}`), body);
      assert.deepEqual(await call(`registered_models/${modelId}/versions`), page);
    }
    const all = await list({ sortOrder: "DESC", pageSize: "1" }, "model_versions");
    assert.deepEqual(all.body.items, [body]);
  });

  it("refuses what the contract refuses", async () => {
    await create({ externalId: `taken-${modelId}` });
    for (const [fields, status, message] of [
      [{ name: undefined }, 422, "required field 'name' is zero value."],
      [{ name: "" }, 422, "required field 'name' is zero value."],
      [{ registeredModelId: null }, 422, "required field 'registeredModelId' is zero value."],
      [{ registeredModelId: "" }, 422, "required field 'registeredModelId' is zero value."],
      [{ registeredModelId: "2147483648" }, 400],
      [{ registeredModelId: "one" }, 400],
      [{ registeredModelId: 1 }, 400],
      [{ registeredModelId: UNKNOWN }, 404],
      [{ registeredModelId: "0" }, 404],
      [{ id: "1" }, 400],
      [{ unknown: "x" }, 400],
      [{ name: "n\0" }, 400],
      [{ name: "n".repeat(251) }, 400],
      [{ state: "GONE" }, 400],
      [{ customProperties: { "mlflow.stage": text("Nowhere") } }, 400],
      [{ customProperties: { "mlflow.run_id": text("r".repeat(257)) } }, 400],
      [{}, 409, `model version with name v1 in parent ${modelId} already exists: conflict`],
      [{ name: "v2", externalId: `taken-${modelId}` }, 409],
    ] as const) {
      const answer = await create(fields);
      assert.equal(answer.status, status, JSON.stringify([fields, answer.body]));
      if (message !== undefined) assert.equal(answer.body.message, message);
    }
    assert.equal((await server.kubeflow("POST", "model_versions", "{")).status, 400);
    assert.deepEqual(await names({}), ["v1"]);
  });

  it("finds by the exact name within the model, or by external id", async () => {
    for (const name of ["a_b", "axb", "it's", "a\\b"]) await create({ name, externalId: `${name}-${modelId}` });
    for (const name of ["a_b", "it's", "a\\b"]) {
      assert.equal((await find({ name, parentResourceId: modelId })).body.name, name);
      assert.equal((await find({ externalId: `${name}-${modelId}` })).body.name, name);
      assert.deepEqual(await names({ name }), [name]);
    }
    assert.deepEqual(await names({ name: "a_" }), []);
    for (const [query, status] of [
      [{ name: "a_", parentResourceId: modelId }, 404],
      [{ name: "a_b", parentResourceId: UNKNOWN }, 404],
      [{ name: "a_b" }, 400],
      [{ parentResourceId: modelId }, 400],
      [{ name: "a_b", parentResourceId: "x" }, 400],
      [{}, 400],
    ] as const) {
      assert.equal((await find(query)).status, status, JSON.stringify(query));
    }
  });

  it("answers for numbers that no version has", async () => {
    for (const [id, status] of [
      [UNKNOWN, 404],
      ["0", 404],
      ["-1", 404],
      ["2147483648", 400],
      ["x", 400],
    ] as const) {
      for (const [method, body] of [["GET"], ["PATCH", {}], ["DELETE"]] as const) {
        assert.equal((await server.kubeflow(method, `model_versions/${id}`, body)).status, status, `${method} ${id}`);
      }
    }
    assert.equal((await list({}, `registered_models/${UNKNOWN}/versions`)).status, 200);
    assert.equal((await list({}, "registered_models/x/versions")).status, 400);
    assert.equal((await upsert({ name: "v", registeredModelId: UNKNOWN })).status, 201, "the path says which model");
    const lost = { name: "v", registeredModelId: modelId };
    assert.equal((await server.kubeflow("POST", `registered_models/${UNKNOWN}/versions`, lost)).status, 404);
  });

  it("changes only what a PATCH names, archived or not", async () => {
    const { id } = (await create({ description: "d", author: "ann", customProperties: { a: int("1") } })).body;
    await patch(id, { state: "ARCHIVED" });
    const before = await get(id);
    assert.equal(before.state, "ARCHIVED");
    const { body } = await patch(id, { author: "bob", description: null });
    assert.deepEqual(
      { ...body, lastUpdateTimeSinceEpoch: "" },
      { ...before, author: "bob", lastUpdateTimeSinceEpoch: "" },
    );
    assert.deepEqual((await patch(id, { customProperties: {} })).body.customProperties, {});
    assert.equal((await patch(id, { description: "" })).body.description, "");
    for (const fields of [{ name: "v2" }, { registeredModelId: modelId }, { id }, { state: "GONE" }]) {
      assert.equal((await patch(id, fields)).status, 400, JSON.stringify(fields));
    }
  });

  it("changes the version that a nested body names by its id, of that model alone", async () => {
    const made = await upsert({ name: "v1", author: "ann", customProperties: { a: int("1") } });
    assert.equal(made.status, 201);
    const again = await upsert({ ...made.body, author: "bob", state: undefined, customProperties: undefined });
    assert.equal(again.status, 201);
    const { lastUpdateTimeSinceEpoch } = again.body;
    assert.deepEqual(again.body, { ...made.body, author: "bob", lastUpdateTimeSinceEpoch });
    assert.equal((await upsert({ id: made.body.id })).status, 422);
    assert.equal((await upsert({ name: "v1", id: UNKNOWN })).status, 404);
    const other = (await server.kubeflow("POST", "registered_models", { name: `other-${modelId}` })).body.id;
    const elsewhere = { name: "v1", registeredModelId: other, id: made.body.id };
    assert.equal((await server.kubeflow("POST", `registered_models/${other}/versions`, elsewhere)).status, 404);
    assert.equal((await upsert({ name: "v1" })).status, 409);
  });

  it("pages and orders", async () => {
    for (const name of ["b", "c", "a"]) await create({ name });
    assert.deepEqual(await names({}), ["b", "c", "a"]);
    assert.deepEqual(await names({ orderBy: "NAME", sortOrder: "DESC" }), ["c", "b", "a"]);
    const first = (await list({ pageSize: "2", orderBy: "CREATE_TIME" })).body;
    assert.deepEqual([first.size, first.pageSize], [2, 2]);
    const rest = { pageSize: "2", orderBy: "CREATE_TIME", nextPageToken: first.nextPageToken };
    assert.deepEqual(await names(rest), ["a"]);
    assert.equal((await list({ ...rest, orderBy: "NAME" })).status, 400);
    assert.equal((await list({ pageSize: "many" })).status, 400);
  });

  it("filters", async () => {
    await create({ name: "v1", author: "ann", customProperties: { "mlflow.stage": text("Production") } });
    await create({ name: "v2", author: "bob", state: "ARCHIVED" });
    assert.deepEqual(await names({ filterQuery: "name = 'v1'" }), ["v1"]);
    assert.deepEqual(await names({ filterQuery: "name != 'v1'" }), ["v2"]);
    assert.deepEqual(await names({ filterQuery: "name IN ('v1', 'v3')" }), ["v1"]);
    assert.deepEqual(await names({ filterQuery: "author LIKE 'b%' AND state = 'ARCHIVED'" }), ["v2"]);
    assert.deepEqual(await names({ filterQuery: "`mlflow.stage` = 'Production'" }), ["v1"]);
    assert.deepEqual(await names({ filterQuery: `registeredModelId = ${modelId}` }), ["v1", "v2"]);
    assert.equal((await list({ filterQuery: "name = " })).status, 400);
  });

  it("removes for good only what is archived", async () => {
    const { id } = (await create()).body;
    const refused = await remove(id);
    assert.equal(refused.status, 409);
    assert.equal(refused.body.message, `model version ${id} must be ARCHIVED, but is LIVE: conflict`);
    await patch(id, { state: "ARCHIVED" });
    assert.equal((await create()).status, 409, "an archived version holds its name");
    assert.deepEqual(await remove(id), { status: 204, body: undefined });
    assert.equal((await get(id)).code, "Not Found");
    assert.equal((await create()).status, 201);
  });
});

describe("a model version in MLflow's API and in Kubeflow's", () => {
  let server: TestServer;
  let models = 0;
  let modelId = "";
  let name = "";
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    name = `shared-${++models}`;
    modelId = (await server.kubeflow("POST", "registered_models", { name })).body.id;
  });

  const create = async (fields: object = {}) =>
    (await server.kubeflow("POST", "model_versions", { name: "final", registeredModelId: modelId, ...fields })).body;
  const patch = async (id: string, fields: object) =>
    (await server.kubeflow("PATCH", `model_versions/${id}`, fields)).body;
  const get = async (id: string) => (await server.kubeflow("GET", `model_versions/${id}`)).body;
  const listNames = async (): Promise<string[]> =>
    (await server.kubeflow("GET", `registered_models/${modelId}/versions`)).body.items.map(
      (version: { name: string }) => version.name,
    );
  const inMlflow = async (version: string) =>
    (await server.mlflow("GET", "model-versions/get", { name, version })).body.model_version;
  const createInMlflow = async (fields: object = {}) =>
    (await server.mlflow("POST", "model-versions/create", { name, source: "s3://b/m", ...fields })).body.model_version;
  const model = async () => (await server.mlflow("GET", "registered-models/get", { name })).body.registered_model;
  const setAlias = (alias: string, version: string) =>
    server.mlflow("POST", "registered-models/alias", { name, alias, version });
  const recentEvents = async (count: number) => (await server.events()).slice(-count);

  it("has a number for MLflow beside its free name", async () => {
    const { createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = await create({
      description: "d",
      author: "ann",
      customProperties: { framework: text("onnx"), epochs: int("3") },
    });
    const version = {
      name,
      version: "1",
      creation_timestamp: Number(createTimeSinceEpoch),
      last_updated_timestamp: Number(lastUpdateTimeSinceEpoch),
      user_id: "ann",
      current_stage: "None",
      description: "d",
      source: "",
      run_id: "",
      status: "READY",
      tags: [
        { key: "epochs", value: "3" },
        { key: "framework", value: "onnx" },
      ],
      run_link: "",
    };
    assert.deepEqual(await inMlflow("1"), version);
    assert.equal((await model()).last_updated_timestamp, Number(createTimeSinceEpoch));
    const filter = `name = '${name}' AND tags.framework = 'onnx'`;
    const found = await server.mlflow("GET", "model-versions/search", { filter });
    assert.deepEqual(found.body.model_versions, [version]);
    assert.deepEqual(await recentEvents(1), [{ kind: "model-version.created", name, version: 1, prompt: false }]);
  });

  it("has no files until it has a source, and says so", async () => {
    await create();
    const reference = { name, version: "1" };
    const answers = [
      await server.mlflow("GET", "model-versions/get-download-uri", reference),
      await server.mlflow("POST", "model-versions/create", { name, source: `models:/${name}/1` }),
    ];
    for (const { status, body } of answers) {
      assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
      assert.match(body.message, /Version 1 of model '.*' has no source yet/);
    }
    const download = await fetch(
      `${server.url}/model-versions/get-artifact?${new URLSearchParams(reference)}&path=MLmodel`,
    );
    assert.equal(download.status, 400);
  });

  it("made by MLflow is named by its number, also where that name is taken", async () => {
    await create({ name: "2" });
    await createInMlflow();
    await createInMlflow();
    assert.deepEqual(await listNames(), ["2", "2.1", "3"]);
    const found = await server.kubeflow("GET", `model_version?name=2.1&parentResourceId=${modelId}`);
    assert.equal(found.body.registeredModelId, modelId);
  });

  it("shows stage, run and its link as properties", async () => {
    const run = { run_id: "0123456789abcdef0123456789abcdef", run_link: "http://runs/1" };
    const { version } = await createInMlflow(run);
    await server.mlflow("POST", "model-versions/transition-stage", { name, version, stage: "Staging" });
    await server.mlflow("POST", "model-versions/set-tag", { name, version, key: "k", value: "v" });
    const { body } = await server.kubeflow("GET", `model_version?name=1&parentResourceId=${modelId}`);
    assert.deepEqual(body.customProperties, {
      k: text("v"),
      "mlflow.stage": text("Staging"),
      "mlflow.run_id": text(run.run_id),
      "mlflow.run_link": text(run.run_link),
    });
  });

  it("is moved, and told where it came from, by its properties", async () => {
    const lineage = { "mlflow.run_id": text("r1"), "mlflow.run_link": text("l1") };
    const { id } = await create({ customProperties: { ...lineage, "mlflow.stage": text("staging"), a: text("1") } });
    const made = await inMlflow("1");
    assert.deepEqual([made.current_stage, made.run_id, made.run_link], ["Staging", "r1", "l1"]);
    assert.deepEqual(made.tags, [{ key: "a", value: "1" }]);

    const live = await patch(id, { customProperties: { "mlflow.stage": text("Production") } });
    assert.deepEqual(live.customProperties, { ...lineage, "mlflow.stage": text("Production") });
    const move = { kind: "model-version.stage-changed", name, version: 1 } as const;
    assert.deepEqual(await recentEvents(1), [{ ...move, from: "Staging", to: "Production" }]);

    await patch(id, { description: "stays where it is" });
    assert.equal((await inMlflow("1")).current_stage, "Production");
    assert.deepEqual(await recentEvents(1), [{ kind: "model-version.updated", name, version: 1 }]);

    const cleared = await patch(id, { customProperties: {} });
    assert.deepEqual(cleared.customProperties, lineage);
    assert.deepEqual(await recentEvents(1), [{ ...move, from: "Production", to: "None" }]);
    assert.equal((await inMlflow("1")).current_stage, "None");
    assert.equal(
      (await patch(id, { customProperties: { "mlflow.run_id": text("") } })).customProperties["mlflow.run_id"],
      undefined,
    );
  });

  it("keeps the type of a property that MLflow writes back as it is", async () => {
    const { id } = await create({ customProperties: { epochs: int("3"), seed: int("4") } });
    const setTag = (key: string, value: string) =>
      server.mlflow("POST", "model-versions/set-tag", { name, version: "1", key, value });
    await setTag("epochs", "3");
    await setTag("seed", "5");
    assert.deepEqual((await get(id)).customProperties, { epochs: int("3"), seed: text("5") });
    await server.mlflow("DELETE", "model-versions/delete-tag", { name, version: "1", key: "seed" });
    assert.deepEqual((await get(id)).customProperties, { epochs: int("3") });
  });

  it("archived in one is deleted in the other, and comes back", async () => {
    const { id } = await create();
    await setAlias("champion", "1");
    await patch(id, { state: "ARCHIVED" });
    assert.deepEqual(await recentEvents(2), [
      { kind: "registered-model.alias-deleted", name, alias: "champion" },
      { kind: "model-version.deleted", name, version: 1 },
    ]);
    assert.equal(await inMlflow("1"), undefined);
    assert.equal((await model()).aliases, undefined);
    const search = await server.mlflow("GET", "model-versions/search", { filter: `name = '${name}'` });
    assert.equal(search.body.model_versions, undefined);

    await patch(id, { state: "LIVE" });
    assert.deepEqual(await recentEvents(1), [{ kind: "model-version.restored", name, version: 1 }]);
    assert.equal((await inMlflow("1")).version, "1");
    assert.equal((await inMlflow("1")).aliases, undefined);

    await server.mlflow("DELETE", "model-versions/delete", { name, version: "1" });
    assert.equal((await get(id)).state, "ARCHIVED");
    await server.kubeflow("DELETE", `model_versions/${id}`);
    assert.deepEqual(await recentEvents(1), [{ kind: "model-version.purged", name, version: 1 }]);
    assert.equal((await createInMlflow()).version, "2", "a number is never used again");
  });

  it("stays LIVE where its model is archived, and goes on under the new name of a model", async () => {
    const { id } = await create();
    await server.mlflow("POST", "registered-models/rename", { name, new_name: `${name}-new` });
    name = `${name}-new`;
    assert.equal((await inMlflow("1")).name, name);
    await server.kubeflow("PATCH", `registered_models/${modelId}`, { state: "ARCHIVED" });
    assert.equal(await inMlflow("1"), undefined);
    assert.equal((await get(id)).state, "LIVE");
    assert.equal((await create({ name: "another" })).state, "LIVE");
    await server.kubeflow("PATCH", `registered_models/${modelId}`, { state: "LIVE" });
    assert.equal((await inMlflow("2")).version, "2");
  });

  it("is pointed to by an alias that is a property of its model", async () => {
    await create();
    const customProperties = { "mlflow.alias.champion": text("1") };
    assert.equal((await server.kubeflow("PATCH", `registered_models/${modelId}`, { customProperties })).status, 200);
    assert.deepEqual((await inMlflow("1")).aliases, ["champion"]);
    const byAlias = await server.mlflow("GET", "registered-models/alias", { name, alias: "champion" });
    assert.equal(byAlias.body.model_version.version, "1");
  });

  it("has a model whose tags of MLflow are no aliases, whatever they are called: all that is shown can be sent back", async () => {
    await create();
    for (const key of ["mlflow.alias.champion", "mlflow.alias.next", "mlflow.stage", "team"]) {
      await server.mlflow("POST", "registered-models/set-tag", { name, key, value: "v" });
    }
    await server.mlflow("POST", "registered-models/alias", { name, alias: "champion", version: "1" });
    const path = `registered_models/${modelId}`;
    const { customProperties } = (await server.kubeflow("GET", path)).body;
    assert.deepEqual(customProperties, {
      "mlflow.alias.champion": text("1"),
      "mlflow.stage": text("v"),
      team: text("v"),
    });
    const { status, body } = await server.kubeflow("PATCH", path, { customProperties });
    assert.deepEqual([status, body.customProperties], [200, customProperties]);
  });

  it("leads KServe from a name to the files, whoever made it", async () => {
    const first = await create();
    const uri = "https://example.com/final.onnx";
    const artifact = { artifactType: "model-artifact", name: "weights", uri };
    await server.kubeflow("POST", `model_versions/${first.id}/artifacts`, artifact);
    await createInMlflow({ source: "s3://b/second" });

    const found = (await server.kubeflow("GET", `registered_model?name=${name}`)).body.id;
    const newest = "orderBy=CREATE_TIME&sortOrder=DESC";
    const uriOf = async (id: string) =>
      (await server.kubeflow("GET", `model_versions/${id}/artifacts?${newest}`)).body.items[0].uri;
    const byName = await server.kubeflow("GET", `model_version?name=final&parentResourceId=${found}`);
    assert.equal(await uriOf(byName.body.id), uri);
    const all = await server.kubeflow("GET", `registered_models/${found}/versions?sortOrder=DESC`);
    assert.equal(await uriOf(all.body.items[0].id), "s3://b/second");

    const download = await server.mlflow("GET", "model-versions/get-download-uri", { name, version: "1" });
    assert.equal(download.body.artifact_uri, uri);
  });
});
