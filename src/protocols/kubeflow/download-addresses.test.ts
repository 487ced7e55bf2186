import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const PUBLIC = "https://models.example.org/registry";

describe("where Kubeflow's clients find the files of MLflow's versions", () => {
  let server: TestServer;
  let source = "";
  before(async () => {
    server = await startTestServer({ config: { publicUrl: PUBLIC } });
    const run = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body.run.info;
    source = `${run.artifact_uri}/model`;
    const file = `${server.url}/api/2.0/mlflow-artifacts/artifacts/0/${run.run_id}/artifacts/model/MLmodel`;
    assert.equal((await fetch(file, { method: "PUT", body: "flavors: {}" })).status, 200);
    await server.mlflow("POST", "registered-models/create", { name: "logged" });
    const fields = { name: "logged", source, run_id: run.run_id };
    assert.equal((await server.mlflow("POST", "model-versions/create", fields)).status, 200);
  });
  after(() => server.close());

  const artifactOf = async (name: string) => {
    const { id } = (await server.kubeflow("GET", `model_versions?filterQuery=name='1'`)).body.items.at(-1);
    const { items } = (await server.kubeflow("GET", `model_versions/${id}/artifacts`)).body;
    return { ...items.find((item: { name: string }) => item.name === name), versionId: id };
  };

  it("is the public address of an archive, in every answer", async () => {
    const { id, uri, versionId } = await artifactOf("logged");
    assert.equal(uri, `${PUBLIC}/api/v1/models/${versionId}/archive/logged.tar`);
    for (const path of [
      `model_artifacts/${id}`,
      `artifacts/${id}`,
      `model_artifact?externalId=&name=logged&parentResourceId=${versionId}`,
    ]) {
      assert.equal((await server.kubeflow("GET", path)).body.uri, uri, path);
    }
    assert.equal((await server.kubeflow("GET", "model_artifacts")).body.items[0].uri, uri);
    const archive = await fetch(uri.replace(PUBLIC, server.url));
    assert.equal(archive.headers.get("content-type"), "application/x-tar");
    assert.ok((await archive.text()).includes("flavors: {}"));
  });

  it("does not move the files when it is sent back", async () => {
    const { id, uri, versionId } = await artifactOf("logged");
    const changes = { artifactType: "model-artifact", uri, description: "looked at" };
    for (const [method, path, body] of [
      ["PATCH", `model_artifacts/${id}`, changes],
      ["PATCH", `artifacts/${id}`, changes],
      ["POST", `model_versions/${versionId}/artifacts`, { ...changes, id }],
    ] as const) {
      const answer = await server.kubeflow(method, path, body);
      assert.deepEqual([answer.body.uri, answer.body.description], [uri, "looked at"], `${method} ${path}`);
    }
    const version = (await server.mlflow("GET", "model-versions/get", { name: "logged", version: "1" })).body
      .model_version;
    assert.equal(version.source, source);
    const moved = (await server.kubeflow("PATCH", `model_artifacts/${id}`, { uri: "s3://bucket/elsewhere" })).body;
    assert.equal(moved.uri, "s3://bucket/elsewhere");
  });

  it("is what the client said, where that is a place that any client can reach", async () => {
    await server.mlflow("POST", "registered-models/create", { name: "bucket" });
    await server.mlflow("POST", "model-versions/create", { name: "bucket", source: "s3://bucket/model" });
    assert.equal((await artifactOf("bucket")).uri, "s3://bucket/model");
  });
});
