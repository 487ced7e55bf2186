import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../testkit/test-server.ts";

describe("the API's documents", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const get = (path: string, accept = "*/*") => fetch(server.url + path, { headers: { accept } });

  for (const [path, operation] of [
    ["/openapi.json", "createRegisteredModelV1alpha3"],
    ["/openapi.json", "uploadModel"],
    ["/api/v1/openapi.json", "getModelFileHead"],
    ["/api/model_registry/v1/openapi.json", "createRegisteredModel"],
    ["/api/model_registry/v1alpha3/openapi.json", "createRegisteredModel"],
  ] as const) {
    it(`${path} is one`, async () => {
      const response = await get(path);
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
      const text = await response.text();
      assert.equal(JSON.parse(text).openapi, "3.0.3");
      assert.match(text, new RegExp(`"operationId":"${operation}"`));
    });
  }

  for (const [path, operation, schema] of [
    ["/docs", "createRegisteredModel", "RegisteredModelCreate"],
    ["/docs/v1alpha3", "createRegisteredModel", "RegisteredModelCreate"],
    ["/docs/files", "uploadModel", "StoredModel"],
  ] as const) {
    it(`${path} is a page that needs nothing from elsewhere`, async () => {
      const response = await get(path);
      assert.match(response.headers.get("content-security-policy") ?? "", /default-src 'none'/);
      const page = await response.text();
      assert.ok(page.includes(`<section id="${operation}">`));
      assert.ok(page.includes(`<section id="${schema}">`));
      assert.doesNotMatch(page, /<script|src=|@import|url\(|undefined|\[object/);
      const anchors = [...page.matchAll(/href="#(\w+)"/g)].map(([, anchor]) => anchor);
      assert.deepEqual(
        anchors.filter((anchor) => !page.includes(`id="${anchor}"`)),
        [],
      );
    });
  }

  it("are linked from the landing page, which is for browsers alone", async () => {
    assert.match(await (await get("/", "text/html")).text(), /href="\/docs"/);
    assert.equal((await get("/")).status, 404);
  });
});
