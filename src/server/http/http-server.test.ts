import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../testkit/test-server.ts";

describe("the HTTP server", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  it("takes a base URL that ends in a slash", async () => {
    for (const slashes of ["//", "///"]) {
      const response = await fetch(`${server.url}${slashes}api/2.0/mlflow/experiments/get?experiment_id=0`);
      assert.equal(response.status, 200);
    }
  });

  it("does not take an artifact's path apart", async () => {
    const response = await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/a//b`);
    assert.equal(response.status, 400);
  });

  it("takes URLs as long as a filter may be", async () => {
    const names = Array.from({ length: 6000 }, (_, index) => `'${index}'`).join();
    const filter = encodeURIComponent(`name IN (${names})`);
    assert.ok(filter.length > 40_000);
    const { status } = await fetch(`${server.url}/api/model_registry/v1/registered_models?filterQuery=${filter}`);
    assert.equal(status, 200);
  });

  for (const method of ["QUERY", "DELETE", "PUT"]) {
    it(`says which methods a path takes where ${method} is none of them`, async () => {
      const response = await fetch(`${server.url}/api/model_registry/v1/registered_models`, { method });
      assert.equal(response.status, 405);
      assert.equal(response.headers.get("allow"), "GET, POST");
    });
  }

  it("reads a body of Kubeflow's API whatever it is said to be", async () => {
    for (const [index, type] of ["application/json", "text/plain", "nonsense", ""].entries()) {
      const body = JSON.stringify({ name: `typed-${index}` });
      const init = { method: "POST", headers: { "content-type": type }, body };
      assert.equal((await fetch(`${server.url}/api/model_registry/v1/registered_models`, init)).status, 201, type);
    }
  });

  it("knows no resource of Kubeflow's API without a number", async () => {
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const { status, body } = await server.kubeflow(method, "registered_models/");
      assert.deepEqual([status, body.code], [404, "Not Found"]);
    }
  });

  for (const path of ["health", "api/2.0/mlflow/experiments/get?experiment_id=0", "get-artifact", "nowhere"]) {
    it(`lets no other site frame /${path}, and no browser guess its type`, async () => {
      const { headers } = await fetch(`${server.url}/${path}`);
      assert.equal(headers.get("x-frame-options"), "SAMEORIGIN");
      assert.equal(headers.get("x-content-type-options"), "nosniff");
    });
  }
});
