import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";
import { registeredModelFields } from "./filter/fields.ts";
import { parseListQuery } from "./wire/list-query.ts";

describe("where Kubeflow's API is meant to differ from upstream's", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const post = (path: string, body: object | string) => server.kubeflow("POST", path, body);
  const model = async (name: string, fields: object = {}) =>
    (await post("registered_models", { name, ...fields })).body;
  const version = async (name: string, registeredModelId: string, fields: object = {}) =>
    (await post("model_versions", { name, registeredModelId, ...fields })).body;
  const list = (path: string) => server.kubeflow("GET", path);

  it("keys have the case of the contract", async () => {
    const { status, body } = await post("registered_models", { NAME: "upper" });
    assert.equal(status, 400);
    assert.match(body.message, /unknown field "NAME"/);
  });

  it("nothing may follow the JSON value", async () => {
    assert.equal((await post("registered_models", '{"name": "trailing"} garbage')).status, 400);
    assert.equal((await list("registered_model?name=trailing")).status, 404);
  });

  it("a body is an object, and a property has the value of its type alone", async () => {
    const { id } = await model("typed");
    const path = `registered_models/${id}`;
    assert.equal((await server.kubeflow("PATCH", path, "null")).status, 400);
    const both = { metadataType: "MetadataIntValue", int_value: "1", string_value: "one" };
    assert.equal((await server.kubeflow("PATCH", path, { customProperties: { both } })).status, 400);
    assert.deepEqual((await list(path)).body.customProperties, {});
  });

  it("a struct that is no JSON comes back as it was sent", async () => {
    const bytes = { metadataType: "MetadataStructValue", struct_value: Buffer.from("not JSON").toString("base64") };
    const { id } = await model("bytes", { customProperties: { bytes } });
    assert.deepEqual((await list(`registered_models/${id}`)).body.customProperties, { bytes });
  });

  it("each point of a metric stands for itself", async () => {
    const run = (await server.kubeflow("POST", "experiment_runs", { experimentId: "0", name: "points" })).body.id;
    const path = `experiment_runs/${run}/artifacts`;
    const metric = { artifactType: "metric", name: "loss", value: 1 };
    await server.kubeflow("POST", path, { ...metric, step: 5, timestamp: "7" });
    const { body } = await server.kubeflow("POST", path, metric);
    assert.equal(body.step, 0);
    assert.notEqual(body.timestamp, "7");
  });

  it("every refusal has the body of the contract", async () => {
    const refusals = [
      [404, "Not Found", await list("nope")],
      [405, "Method Not Allowed", await server.kubeflow("PUT", "registered_models", {})],
      [422, "Bad Request", await post("registered_models", {})],
    ] as const;
    for (const [expected, code, { status, body }] of refusals) {
      assert.deepEqual([status, body.code, typeof body.message], [expected, code, "string"]);
    }
  });

  it("answers are JSON without needless escapes", async () => {
    const response = await fetch(`${server.url}/api/model_registry/v1/registered_models`, {
      method: "POST",
      body: JSON.stringify({ name: "<b> & 'c'" }),
    });
    assert.match(await response.text(), /"name":"<b> & 'c'"/);
  });

  it("a page token belongs to its list", async () => {
    const { id } = await model("paged");
    for (const name of ["c", "a", "b"]) await version(name, id);
    const path = `registered_models/${id}/versions?pageSize=1`;
    const { nextPageToken } = (await list(path)).body;
    assert.equal((await list(`${path}&nextPageToken=${nextPageToken}`)).body.items[0].name, "a");
    for (const other of ["&orderBy=NAME", "&sortOrder=DESC", "&filterQuery=name%20%3D%20'b'"]) {
      assert.equal((await list(`${path}${other}&nextPageToken=${nextPageToken}`)).status, 400, other);
    }
    assert.equal((await list(`model_versions?pageSize=1&nextPageToken=${nextPageToken}`)).status, 400);
  });

  it("pageToken is another name for nextPageToken", async () => {
    const { id } = await model("paged by another name");
    for (const name of ["one", "two"]) await version(name, id);
    const path = `registered_models/${id}/versions?pageSize=1`;
    const { nextPageToken } = (await list(path)).body;
    assert.equal((await list(`${path}&pageToken=${nextPageToken}`)).body.items[0].name, "two");
  });

  it("lists are ordered by name, too", async () => {
    const { id } = await model("ordered");
    for (const name of ["c", "a", "b"]) await version(name, id);
    const { items } = (await list(`registered_models/${id}/versions?orderBy=NAME`)).body;
    assert.deepEqual(
      items.map(({ name }: { name: string }) => name),
      ["a", "b", "c"],
    );
  });

  it("an answer has at most 100,000 items", () => {
    for (const pageSize of ["", "0", "-1", "100001"]) {
      assert.equal(parseListQuery({ pageSize }, registeredModelFields, "models").query.limit, 100_000);
    }
    assert.equal(parseListQuery({ pageSize: "99999" }, registeredModelFields, "models").query.limit, 99_999);
  });

  it("an external id is unique within its kind", async () => {
    const { id } = await model("outer", { externalId: "same" });
    assert.equal((await version("inner", id, { externalId: "same" })).externalId, "same");
    assert.equal((await post("registered_models", { name: "other", externalId: "same" })).status, 409);
  });

  it("the timestamp of a metric is an integer", async () => {
    const { id } = await version("measured", (await model("measured")).id);
    const metric = { artifactType: "metric", name: "loss", value: 0.5 };
    const path = `model_versions/${id}/artifacts`;
    assert.equal((await post(path, { ...metric, timestamp: "yesterday" })).status, 400);
    assert.equal((await post(path, { ...metric, timestamp: "1700000000000" })).body.timestamp, "1700000000000");
  });

  it("DELETE removes for good what is archived", async () => {
    const { id } = await model("removed");
    const path = `registered_models/${id}`;
    assert.equal((await server.kubeflow("DELETE", path)).status, 409);
    await server.kubeflow("PATCH", path, { state: "ARCHIVED" });
    assert.deepEqual(await server.kubeflow("DELETE", path), { status: 204, body: undefined });
    assert.equal((await server.kubeflow("DELETE", path)).status, 404);
  });
});
