import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { realFile } from "../core/formats/testkit/real-files.ts";
import { startTestServer, type TestAnswer, type TestServer } from "./testkit/test-server.ts";

const MODEL_FACTS = {
  format: "pickle",
  scan: "complete",
  protocol: 4,
  imports: [
    "numpy dtype",
    "numpy ndarray",
    "numpy._core.multiarray _reconstruct",
    "sklearn.linear_model._logistic LogisticRegression",
  ],
  unresolved_imports: 0,
};

describe("facts of model files", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  async function binary(method: string, path: string, body?: Uint8Array | object) {
    const bytes = body instanceof Uint8Array;
    const response = await fetch(`${server.url}/api/v1/${path}`, {
      method,
      headers: { "content-type": bytes ? "application/octet-stream" : "application/json" },
      ...(body !== undefined && { body: bytes ? body : JSON.stringify(body) }),
    });
    const answer: TestAnswer = { status: response.status, body: await response.json() };
    return answer;
  }
  const upload = async (name: string, bytes: Uint8Array) => {
    const metadata = JSON.stringify({ name, file_extension: "pkl", tags: { team: "a" } });
    return (await binary("POST", `models?${new URLSearchParams({ metadata })}`, bytes)).body;
  };
  const tags = async (name: string, version = "1"): Promise<Record<string, string>> => {
    const { body } = await server.mlflow("GET", "model-versions/get", { name, version });
    return Object.fromEntries(
      body.model_version.tags?.map(({ key, value }: { key: string; value: string }) => [key, value]) ?? [],
    );
  };
  const putArtifact = async (path: string, bytes: Uint8Array | string) => {
    const url = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}`;
    assert.equal((await fetch(url, { method: "PUT", body: bytes })).status, 200);
  };
  /** The facts of a model's version, once the server has read its files. */
  const factsOf = async (name: string) => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const { facts } = (await binary("GET", `models?${new URLSearchParams({ name })}`)).body.models[0];
      if (facts !== null) return facts;
      await setTimeout(100);
    }
    throw new Error(`There are no facts of ${name}`);
  };

  it("are there with the answer to an upload, and for all clients", async () => {
    const { facts, tags: shown, metadata_id } = await upload("uploaded", realFile("model.pkl"));
    const { calls, ...rest } = facts;
    assert.deepEqual(rest, MODEL_FACTS);
    assert.deepEqual(shown, { team: "a" });
    assert.deepEqual(await tags("uploaded"), {
      team: "a",
      "modelregistry.format": "pickle",
      "modelregistry.facts": JSON.stringify(facts),
    });
    const { customProperties } = (await server.kubeflow("GET", `model_versions/${metadata_id}`)).body;
    assert.equal(customProperties["modelregistry.format"].string_value, "pickle");
    const struct = customProperties["modelregistry.facts"].struct_value;
    assert.deepEqual(JSON.parse(Buffer.from(struct, "base64").toString()), { ...MODEL_FACTS, calls });
    const listed = await binary("GET", "models?tag.modelregistry.format=pickle");
    assert.deepEqual(
      listed.body.models.map((model: { name: string }) => model.name),
      ["uploaded"],
    );
  });

  it("are read of what MLflow's clients register, file or folder", async () => {
    const { info } = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body.run;
    const directory = info.artifact_uri.replace(/^mlflow-artifacts:\/*/, "");
    const mlmodel = "flavors:\n  sklearn:\n    sklearn_version: 1.9.1\nmlflow_version: 3.17.2\n";
    await putArtifact(`${directory}/model/MLmodel`, mlmodel);
    await putArtifact(`${directory}/model/data/model.pkl`, realFile("model.pkl"));
    await server.mlflow("POST", "registered-models/create", { name: "logged" });
    const source = `${info.artifact_uri}/model`;
    await server.mlflow("POST", "model-versions/create", { name: "logged", source, run_id: info.run_id });
    assert.deepEqual(await factsOf("logged"), {
      format: "mlflow",
      flavors: { sklearn: { sklearn_version: "1.9.1" } },
      mlflow_version: "3.17.2",
      files: 2,
      size: mlmodel.length + realFile("model.pkl").length,
      formats: { "data/model.pkl": "pickle" },
      scan: "complete",
      imports: MODEL_FACTS.imports,
      unresolved_imports: 0,
    });
    assert.deepEqual(await tags("logged"), {});
  });

  it("are read of what Kubeflow's clients register", async () => {
    const model = (await server.kubeflow("POST", "registered_models", { name: "kubeflow" })).body;
    const version = { name: "v1", registeredModelId: model.id };
    const { id } = (await server.kubeflow("POST", "model_versions", version)).body;
    const artifact = { artifactType: "model-artifact", name: "a", uri: "models:/uploaded/1" };
    await server.kubeflow("POST", `model_versions/${id}/artifacts`, artifact);
    const { calls, ...facts } = await factsOf("kubeflow");
    assert.deepEqual(facts, MODEL_FACTS);
  });

  it("are no place for clients to write", async () => {
    const { metadata_id } = await upload("guarded", realFile("model.pkl"));
    const before = await tags("guarded");
    const tag = { name: "guarded", version: "1", key: "modelregistry.format", value: "safetensors" };
    for (const [method, path] of [
      ["POST", "model-versions/set-tag"],
      ["DELETE", "model-versions/delete-tag"],
    ] as const) {
      const { status, body } = await server.mlflow(method, path, tag);
      assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
    }
    const patch = { tags: { "modelregistry.format": "x" } };
    assert.equal((await binary("PATCH", `models/${metadata_id}`, patch)).status, 400);
    assert.deepEqual(await tags("guarded"), before);
  });

  it("stay when Kubeflow's clients replace the properties, whatever they send", async () => {
    const { metadata_id } = await upload("replaced", realFile("model.pkl"));
    const before = await tags("replaced");
    const forged = { metadataType: "MetadataStringValue", string_value: "safetensors" };
    const customProperties = { "modelregistry.format": forged, team: { ...forged, string_value: "b" } };
    const { status } = await server.kubeflow("PATCH", `model_versions/${metadata_id}`, { customProperties });
    assert.equal(status, 200);
    assert.deepEqual(await tags("replaced"), { ...before, team: "b" });
  });

  it("are not taken from another version when that is copied", async () => {
    await server.mlflow("POST", "registered-models/create", { name: "copy" });
    const copied = Object.entries(await tags("replaced")).map(([key, value]) => ({ key, value }));
    const { body } = await server.mlflow("POST", "model-versions/create", {
      name: "copy",
      source: "s3://bucket/x",
      tags: copied,
    });
    assert.deepEqual(body.model_version.tags, [{ key: "team", value: "b" }]);
  });
});
