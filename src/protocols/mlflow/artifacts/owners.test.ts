import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { type RawRequest, rawRequest } from "../../../server/testkit/raw-request.ts";
import { startTestServer, type TestServer } from "../../../server/testkit/test-server.ts";

const PROXY = "/api/2.0/mlflow-artifacts/artifacts";

describe("artifacts of runs, logged models and model versions", () => {
  let server: TestServer;
  let run = "";
  let model = "";
  before(async () => {
    server = await startTestServer();
    run = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body.run.info.run_id;
    const created = await server.mlflow("POST", "logged-models", { experiment_id: "0", name: "m", source_run_id: run });
    model = created.body.model.info.model_id;
    await put(`0/${run}/artifacts/plots/loss.txt`, "falling");
    await put(`0/${run}/artifacts/top.txt`, "top");
    await put(`0/models/${model}/artifacts/MLmodel`, "flavors: {}");
    await put(`0/models/${model}/artifacts/data/model.pkl`, "pickle");
  });
  after(() => server.close());

  const send = (path: string, options?: RawRequest) => rawRequest(server.url, path, options);
  const put = (path: string, body: string) => send(`${PROXY}/${path}`, { method: "PUT", body });
  const text = async (path: string) => {
    const { status, body } = await send(path);
    return [status, body.toString()];
  };
  const refusal = async (path: string, options?: RawRequest) => {
    const { status, body } = await send(path, options);
    const { error_code, message } = JSON.parse(body.toString());
    return [status, error_code, message];
  };

  it("lists a run's files by their paths in the run", async () => {
    const root_uri = `mlflow-artifacts:/0/${run}/artifacts`;
    const files = [
      { path: "plots", is_dir: true },
      { path: "top.txt", is_dir: false, file_size: 3 },
    ];
    const list = async (fields: object) => (await server.mlflow("GET", "artifacts/list", fields)).body;
    assert.deepEqual(await list({ run_id: run }), { root_uri, files });
    assert.deepEqual(await list({ run_uuid: run, path: "" }), { root_uri, files });
    assert.deepEqual(await list({ run_id: run, path: "plots" }), {
      root_uri,
      files: [{ path: "plots/loss.txt", is_dir: false, file_size: 7 }],
    });
    assert.deepEqual(await list({ run_id: run, path: "plots/loss.txt" }), { root_uri });
    assert.deepEqual(await list({ run_id: run, path: "nothing" }), { root_uri });
    assert.equal((await list({ run_id: "nobody" })).message, "Run with id=nobody not found");
  });

  it("sends a run's file", async () => {
    assert.deepEqual(await text(`/get-artifact?run_id=${run}&path=plots/loss.txt`), [200, "falling"]);
    assert.deepEqual(await text(`/get-artifact?run_uuid=${run}&path=plots%2Floss.txt`), [200, "falling"]);
    const directory = `0/${run}/artifacts/plots`;
    assert.deepEqual(await refusal(`/get-artifact?run_id=${run}&path=plots`), [
      400,
      "INVALID_PARAMETER_VALUE",
      `Artifact path refers to a directory, not a file: '${directory}'`,
    ]);
    assert.deepEqual(await refusal(`/get-artifact?run_id=${run}&path=plots/no`), [
      404,
      "RESOURCE_DOES_NOT_EXIST",
      `No such artifact: '${directory}/no'`,
    ]);
    assert.equal((await refusal("/get-artifact?run_id=nobody&path=a"))[2], "Run with id=nobody not found");
    assert.equal((await refusal(`/get-artifact?run_id=${run}`))[0], 400);
  });

  it("lists and sends a logged model's files", async () => {
    const list = async (fields: object) =>
      (await server.mlflow("GET", `logged-models/${model}/artifacts/directories`, fields)).body;
    const root_uri = `mlflow-artifacts:/0/models/${model}/artifacts`;
    assert.deepEqual(await list({}), {
      root_uri,
      files: [
        { path: "MLmodel", is_dir: false, file_size: 11 },
        { path: "data", is_dir: true },
      ],
    });
    assert.deepEqual(await list({ artifact_directory_path: "data" }), {
      root_uri,
      files: [{ path: "data/model.pkl", is_dir: false, file_size: 6 }],
    });
    const files = `/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files`;
    assert.deepEqual(await text(`${files}?artifact_file_path=data/model.pkl`), [200, "pickle"]);
    assert.deepEqual(await refusal(files), [
      400,
      "BAD_REQUEST",
      'Request must include the "artifact_file_path" query parameter.',
    ]);
    assert.equal((await refusal(`${files.replace(model, "m-0")}?artifact_file_path=a`))[0], 404);
  });

  for (const [kind, source] of [
    ["the run's own location", () => `mlflow-artifacts:/0/${run}/artifacts/plots`],
    ["runs:/", () => `runs:/${run}/plots`],
    ["models:/m-", () => `models:/${model}`],
  ] as const) {
    it(`sends a version's file from ${kind}`, async () => {
      const name = `from ${kind.replaceAll(/[^\w ]/g, "")}`;
      await server.mlflow("POST", "registered-models/create", { name });
      const owner = kind === "models:/m-" ? { model_id: model } : { run_id: run };
      const created = await server.mlflow("POST", "model-versions/create", { name, source: source(), ...owner });
      assert.equal(created.status, 200, JSON.stringify(created.body));
      const file = kind === "models:/m-" ? ["MLmodel", "flavors: {}"] : ["loss.txt", "falling"];
      const path = `/model-versions/get-artifact?name=${encodeURIComponent(name)}&version=1&path=${file[0]}`;
      assert.deepEqual(await text(path), [200, file[1]]);
      assert.equal((await refusal(path.replace("version=1", "version=2")))[0], 404);
    });
  }

  it("takes small files from the user interface", async () => {
    const path = (query: string) => `/ajax-api/2.0/mlflow/upload-artifact?${query}`;
    const upload = (query: string, body: string | Uint8Array = "data") => refusalOrStatus(path(query), body);
    const refusalOrStatus = async (target: string, body: string | Uint8Array) => {
      const answer = await send(target, { method: "POST", body });
      return answer.status === 200 ? 200 : JSON.parse(answer.body.toString()).message;
    };
    assert.equal(await upload(`run_uuid=${run}&path=ui/note.txt`, "a note"), 200);
    assert.deepEqual(await text(`/get-artifact?run_id=${run}&path=ui/note.txt`), [200, "a note"]);
    assert.equal(await upload("path=a"), "Request must specify run_uuid.");
    assert.equal(await upload(`run_uuid=${run}`), "Request must specify path.");
    assert.equal(await upload(`run_uuid=${run}&path=a`, ""), "Request must specify data.");
    assert.equal(await upload("run_uuid=nobody&path=a"), "Run with id=nobody not found");
    const limit = 10 * 1024 * 1024;
    assert.equal(await upload(`run_uuid=${run}&path=ui/large`, randomBytes(limit)), 200);
    const tooLarge = "Artifact size is too large. Max size is 10MB.";
    assert.equal(await upload(`run_uuid=${run}&path=ui/larger`, randomBytes(limit + 1)), tooLarge);
    assert.equal((await refusal(`/get-artifact?run_id=${run}&path=ui/larger`))[0], 404);
  });

  it("says who it is", async () => {
    assert.deepEqual(await text("/health"), [200, "OK"]);
    assert.deepEqual(await text("/version"), [200, "3.17.2"]);
    const info = JSON.parse((await send("/api/3.0/mlflow/server-info")).body.toString());
    assert.deepEqual([info.multipart_uploads_enabled, info.workspaces_enabled], [false, false]);
  });
});
