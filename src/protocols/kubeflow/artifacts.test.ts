import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const TYPES = ["model-artifact", "doc-artifact", "dataset-artifact", "metric", "parameter"];
const MISSING = "2147483646";

const text = (value: string) => ({ metadataType: "MetadataStringValue", string_value: value });

describe("Kubeflow's artifacts over HTTP", () => {
  let server: TestServer;
  let versions = 0;
  let experimentId = "";
  before(async () => {
    server = await startTestServer();
    experimentId = (await server.mlflow("POST", "experiments/create", { name: "artifacts" })).body.experiment_id;
  });
  after(() => server.close());

  const get = async (path: string) => (await server.kubeflow("GET", path)).body;
  const post = (path: string, fields: object) => server.kubeflow("POST", path, fields);
  const patch = (path: string, fields: object) => server.kubeflow("PATCH", path, fields);
  const names = async (path: string): Promise<string[]> =>
    (await get(path)).items.map(({ name }: { name: string }) => name);
  /** A version that Kubeflow's client made, with the path of its artifacts. */
  const makeVersion = async () => {
    const name = `model-${++versions}`;
    const model = (await post("registered_models", { name })).body;
    const version = await post(`registered_models/${model.id}/versions`, { name: "v", registeredModelId: model.id });
    return { model: name, id: version.body.id as string, path: `model_versions/${version.body.id}/artifacts` };
  };
  const bodyOf = (artifactType: string, fields: object = {}) => ({
    artifactType,
    ...(artifactType === "metric" && { value: 0.5 }),
    ...fields,
  });
  const getByMlflow = async (name: string, version = "1") =>
    (await server.mlflow("GET", "model-versions/get", { name, version })).body.model_version;
  const makeRun = async () =>
    (await server.mlflow("POST", "runs/create", { experiment_id: experimentId, start_time: 5 })).body.run.info.run_id;
  /** Of the run that was made last. */
  const numberOfNewestRun = async (): Promise<string> =>
    (await get(`experiments/${experimentId}/experiment_runs`)).items.at(-1).id;

  describe("of a version", () => {
    it("are created with 201 where they are models or documents, and with 200 otherwise", async () => {
      const { path } = await makeVersion();
      for (const type of TYPES) {
        const { status, body } = await post(path, bodyOf(type, { name: type }));
        assert.equal(status, ["model-artifact", "doc-artifact"].includes(type) ? 201 : 200);
        assert.deepEqual(await get(`artifacts/${body.id}`), body);
        assert.equal("state" in body, false);
      }
      assert.deepEqual(await names(path), TYPES);
      for (const type of TYPES) assert.deepEqual(await names(`${path}?artifactType=${type}`), [type]);
      assert.deepEqual(await names(`${path}?name=metric`), ["metric"]);
    });

    it("have a UUID for a name where none is given", async () => {
      const { path } = await makeVersion();
      const { body } = await post(path, bodyOf("doc-artifact"));
      assert.match(body.name, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    it("are refused where their name is taken by one of the type, but for datasets", async () => {
      const { path } = await makeVersion();
      for (const type of ["model-artifact", "doc-artifact"]) {
        assert.equal((await post(path, bodyOf(type, { name: "taken" }))).status, 201);
        assert.equal((await post(path, bodyOf(type, { name: "taken" }))).status, 409);
      }
      for (const expected of [1, 2]) {
        await post(path, bodyOf("dataset-artifact", { name: "taken" }));
        assert.equal((await get(`${path}?artifactType=dataset-artifact`)).size, expected);
      }
    });

    it("are the metric or parameter of that very name, where there is one", async () => {
      const { path } = await makeVersion();
      const first = (await post(path, bodyOf("metric", { name: "axb", description: "kept" }))).body;
      const second = (await post(path, bodyOf("metric", { name: "axb", value: 2 }))).body;
      assert.deepEqual(second, { ...first, value: 2, lastUpdateTimeSinceEpoch: second.lastUpdateTimeSinceEpoch });
      await post(path, bodyOf("metric", { name: "a_b", value: 3 }));
      await post(path, bodyOf("parameter", { name: "axb", value: "x" }));
      assert.deepEqual(await names(path), ["axb", "a_b", "axb"]);
    });

    it("with an id are changed, and attached to one more version", async () => {
      const [first, second] = [await makeVersion(), await makeVersion()];
      const { id, name } = (await post(first.path, bodyOf("model-artifact", { name: "shared", uri: "s3://a" }))).body;
      const { status, body } = await post(second.path, bodyOf("model-artifact", { id, description: "d" }));
      assert.deepEqual([status, body.description, body.uri, body.name], [200, "d", "s3://a", name]);
      assert.deepEqual([await names(first.path), await names(second.path)], [["shared"], ["shared"]]);
      assert.equal((await post(second.path, bodyOf("doc-artifact", { id }))).status, 400);
      for (const unknown of [MISSING, "abc", "99999999999999999999", 7]) {
        assert.equal((await post(second.path, bodyOf("model-artifact", { id: unknown }))).status, 400);
      }
    });

    it("are refused without a type, a value, or a version", async () => {
      const { path } = await makeVersion();
      for (const artifactType of [undefined, null, "", "Metric", 5]) {
        assert.equal((await post(path, { artifactType, name: "a" })).status, 400);
      }
      assert.equal((await post(path, { artifactType: "metric", name: "a" })).status, 400);
      assert.equal((await post(path, bodyOf("metric", { colour: "red" }))).status, 400);
      assert.equal((await post(`model_versions/${MISSING}/artifacts`, bodyOf("metric"))).status, 404);
      const empty = { items: [], nextPageToken: "", pageSize: 0, size: 0 };
      assert.deepEqual(await get(`model_versions/${MISSING}/artifacts`), empty);
      assert.equal((await server.kubeflow("GET", `${path}?artifactType=nope`)).status, 400);
    });
  });

  describe("alone", () => {
    it("may share a name, not an external id", async () => {
      const first = await post("artifacts", bodyOf("doc-artifact", { name: "same", externalId: "e-1" }));
      const second = await post("artifacts", bodyOf("doc-artifact", { name: "same" }));
      assert.deepEqual([first.status, second.status], [201, 201]);
      assert.equal((await post("model_artifacts", { externalId: "e-1" })).status, 409);
      assert.deepEqual(await get("artifact?externalId=e-1"), first.body);
      assert.equal((await server.kubeflow("GET", "model_artifact?externalId=e-1")).status, 404);
      assert.equal((await patch(`artifacts/${second.body.id}`, { externalId: "e-1" })).status, 409);
    });

    it("are UNKNOWN where they are made as models", async () => {
      const { status, body } = await post("model_artifacts", { uri: "s3://a" });
      assert.deepEqual([status, body.artifactType, body.state], [201, "model-artifact", "UNKNOWN"]);
      assert.deepEqual(await get(`model_artifacts/${body.id}`), body);
    });

    it("change in nothing but what an update names, which need not repeat the type", async () => {
      const properties = { s: { metadataType: "MetadataStructValue", struct_value: "eyJhIjoxfQ==" } };
      for (const type of TYPES) {
        const fields = { name: "n", state: "LIVE", customProperties: properties };
        const { body } = await post("artifacts", bodyOf(type, fields));
        for (const changes of [{ description: "d" }, { description: "e", artifactType: type }, {}]) {
          const { status, body: changed } = await patch(`artifacts/${body.id}`, changes);
          assert.equal(status, 200);
          assert.deepEqual([changed.state, changed.customProperties], ["LIVE", properties]);
        }
        const other = type === "metric" ? "parameter" : "metric";
        assert.equal((await patch(`artifacts/${body.id}`, { artifactType: other })).status, 400);
        assert.equal((await patch(`artifacts/${body.id}`, { name: "m" })).status, 400);
        assert.deepEqual((await patch(`artifacts/${body.id}`, { customProperties: {} })).body.customProperties, {});
      }
      assert.equal((await patch(`artifacts/${MISSING}`, {})).status, 404);
    });

    it("are models by the paths of models alone", async () => {
      const { id } = (await post("artifacts", bodyOf("doc-artifact"))).body;
      assert.equal((await server.kubeflow("GET", `model_artifacts/${id}`)).status, 404);
      assert.equal((await patch(`model_artifacts/${id}`, { description: "d" })).status, 404);
    });

    it("are filtered, models too", async () => {
      await post("model_artifacts", { name: "filtered", uri: "s3://filtered", customProperties: { k: text("v") } });
      await post("artifacts", bodyOf("metric", { name: "filtered", value: 0.75, step: 7, timestamp: "9" }));
      const filtered = (filter: string, path = "artifacts") =>
        names(`${path}?${new URLSearchParams({ filterQuery: `name = 'filtered' AND ${filter}` })}`);
      assert.equal((await filtered("uri = 's3://filtered'", "model_artifacts")).length, 1);
      assert.equal((await filtered("uri <> 's3://filtered'", "model_artifacts")).length, 0);
      assert.equal((await filtered("k = 'v'")).length, 1);
      assert.equal((await filtered("value > 0.5 AND step = 7 AND timestamp > 5")).length, 1);
      assert.equal((await filtered("artifactType = 'metric'")).length, 1);
    });

    it("are removed once nobody needs them", async () => {
      const { id } = (await post("artifacts", bodyOf("doc-artifact", { state: "LIVE" }))).body;
      const remove = async () => (await server.kubeflow("DELETE", `artifacts/${id}`)).status;
      assert.equal(await remove(), 409);
      for (const state of ["MARKED_FOR_DELETION"]) await patch(`artifacts/${id}`, { state });
      assert.deepEqual([await remove(), await remove()], [204, 404]);
      const events = (await server.events()).filter((event) => "assetId" in event && event.assetId === Number(id));
      assert.deepEqual(
        events.map(({ kind }) => kind),
        ["asset.created", "asset.updated", "asset.deleted"],
      );
    });
  });

  describe("of both versions of the contract", () => {
    it("have a step of 64 bits: a number in v1alpha3, a text in v1", async () => {
      const { path } = await makeVersion();
      const raw = `{"artifactType": "metric", "name": "old", "value": 1, "step": 9223372036854775807}`;
      const url = `${server.url}/api/model_registry`;
      const answer = await fetch(`${url}/v1alpha3/${path}`, { method: "POST", body: raw });
      assert.match(await answer.text(), /"step":9223372036854775807/);
      const { items } = (await server.kubeflow("GET", path, undefined, "v1")).body;
      assert.equal(items[0].step, "9223372036854775807");
      for (const step of ["-5", -5]) {
        const body = bodyOf("metric", { name: "new", step });
        assert.equal((await server.kubeflow("POST", path, body, "v1")).body.step, "-5");
      }
      assert.equal((await post(path, bodyOf("metric", { step: "5" }))).status, 400);
    });

    it("say where they belong in v1alpha3 alone", async () => {
      await makeRun();
      const run = await numberOfNewestRun();
      const created = (await post(`experiment_runs/${run}/artifacts`, bodyOf("doc-artifact", { name: "where" }))).body;
      assert.deepEqual([created.experimentId, created.experimentRunId], [experimentId, run]);
      const old = (await server.kubeflow("GET", `artifacts/${created.id}`, undefined, "v1")).body;
      assert.equal("experimentId" in old || "experimentRunId" in old, false);
    });
  });

  describe("and MLflow", () => {
    it("share the source of a version that MLflow made, through a rename", async () => {
      await server.mlflow("POST", "registered-models/create", { name: "by mlflow" });
      await server.mlflow("POST", "model-versions/create", { name: "by mlflow", source: "s3://bucket/m" });
      const version = (await get("registered_model?name=by%20mlflow")).id;
      const { id } = (await get(`registered_models/${version}/versions`)).items[0];
      const [artifact] = (await get(`model_versions/${id}/artifacts`)).items;
      assert.deepEqual(
        [artifact.artifactType, artifact.name, artifact.uri, artifact.state, artifact.modelFormatName],
        ["model-artifact", "by mlflow", "s3://bucket/m", "LIVE", "mlflow"],
      );
      assert.equal((await patch(`model_artifacts/${artifact.id}`, { uri: "s3://other/m" })).status, 200);
      assert.equal((await getByMlflow("by mlflow")).source, "s3://other/m");
      await server.mlflow("POST", "registered-models/rename", { name: "by mlflow", new_name: "renamed" });
      assert.equal((await get(`model_artifact?name=renamed&parentResourceId=${id}`)).id, artifact.id);
    });

    it("share the first model of a version that Kubeflow made", async () => {
      const { model, path } = await makeVersion();
      assert.equal((await getByMlflow(model)).source ?? "", "");
      await post(path, bodyOf("model-artifact", { name: "first", uri: "s3://first" }));
      await post(path, bodyOf("model-artifact", { name: "second", uri: "s3://second" }));
      assert.equal((await getByMlflow(model)).source, "s3://first");
      const uri = (await server.mlflow("GET", "model-versions/get-download-uri", { name: model, version: "1" })).body;
      assert.deepEqual(uri, { artifact_uri: "s3://first" });
    });

    it("give no key to files of others", async () => {
      const runId = await makeRun();
      const files = `mlflow-artifacts:/${experimentId}/${runId}/artifacts`;
      await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${experimentId}/${runId}/artifacts/MLmodel`, {
        method: "PUT",
        body: "secret",
      });
      const read = (model: string) =>
        fetch(`${server.url}/model-versions/get-artifact?path=MLmodel&name=${model}&version=1`).then((r) => r.status);
      const [others, own] = [await makeVersion(), await makeVersion()];
      const { id } = (await post(others.path, bodyOf("model-artifact", { uri: files }))).body;
      assert.deepEqual([(await getByMlflow(others.model)).source, await read(others.model)], [files, 400]);
      await patch(`artifacts/${id}`, { uri: `runs:/${runId}` });
      assert.equal(await read(others.model), 400);
      await patch(`model_versions/${own.id}`, { customProperties: { "mlflow.run_id": text(runId) } });
      await post(own.path, bodyOf("model-artifact", { uri: files }));
      assert.equal(await read(own.model), 200);
      const run = await numberOfNewestRun();
      const foreign = { uri: `mlflow-artifacts:/${experimentId}/other/artifacts/m` };
      assert.equal((await post(`experiment_runs/${run}/artifacts`, bodyOf("model-artifact", foreign))).status, 400);
      const climbing = { uri: `${files}/../../other/artifacts/m` };
      assert.equal((await post(`experiment_runs/${run}/artifacts`, bodyOf("model-artifact", climbing))).status, 400);
      const within = { uri: `${files}/m` };
      assert.equal((await post(`experiment_runs/${run}/artifacts`, bodyOf("model-artifact", within))).status, 201);
    });

    it("share logged models, metrics, params and datasets of a run", async () => {
      const runId = await makeRun();
      await server.mlflow("POST", "runs/log-metric", { run_id: runId, key: "loss", value: 0.5, timestamp: 7, step: 3 });
      await server.mlflow("POST", "runs/log-parameter", { run_id: runId, key: "lr", value: "0.1" });
      const dataset = { name: "iris", digest: "1", source_type: "local", source: "s", schema: "{}" };
      const tags = [{ key: "mlflow.data.context", value: "train" }];
      await server.mlflow("POST", "runs/log-inputs", { run_id: runId, datasets: [{ dataset, tags }] });
      const logged = {
        experiment_id: experimentId,
        name: "net",
        source_run_id: runId,
        tags: [{ key: "a", value: "b" }],
      };
      const { info } = (await server.mlflow("POST", "logged-models", logged)).body.model;
      const run = await numberOfNewestRun();
      const { items } = await get(`experiment_runs/${run}/artifacts?orderBy=NAME`);
      const common = { experimentId, experimentRunId: run, state: "LIVE" };
      for (const item of items) assert.deepEqual(await get(`artifacts/${item.id}`), item);
      const times = ["createTimeSinceEpoch", "lastUpdateTimeSinceEpoch"];
      const own = items.map((item: object) =>
        Object.fromEntries(Object.entries(item).filter(([name]) => name !== "id" && !times.includes(name))),
      );
      assert.deepEqual(own, [
        {
          ...common,
          artifactType: "dataset-artifact",
          customProperties: { "mlflow.data.context": text("train") },
          digest: "1",
          name: "iris",
          schema: "{}",
          source: "s",
          sourceType: "local",
        },
        { ...common, artifactType: "metric", customProperties: {}, name: "loss", step: 3, timestamp: "7", value: 0.5 },
        {
          ...common,
          artifactType: "parameter",
          customProperties: {},
          name: "lr",
          parameterType: "string",
          value: "0.1",
        },
        {
          ...common,
          artifactType: "model-artifact",
          customProperties: { a: text("b") },
          modelFormatName: "mlflow",
          name: "net",
          state: "PENDING",
          uri: info.artifact_uri,
        },
      ]);
      const { id } = items[3];
      assert.equal((await patch(`artifacts/${id}`, { uri: "s3://elsewhere" })).status, 400);
      assert.equal((await patch(`artifacts/${id}`, { uri: info.artifact_uri, state: "LIVE" })).status, 200);
      const { model } = (await server.mlflow("GET", `logged-models/${info.model_id}`)).body;
      assert.equal(model.info.status, "LOGGED_MODEL_READY");
    });

    it("share the digest of a dataset, each of which a run has once", async () => {
      const runId = await makeRun();
      const datasets = ["1", "2"].map((digest) => ({
        dataset: { name: "iris", digest, source_type: "local", source: "s" },
        tags: [{ key: "mlflow.data.context", value: digest }],
      }));
      await server.mlflow("POST", "runs/log-inputs", { run_id: runId, datasets });
      const [first] = (await get(`experiment_runs/${await numberOfNewestRun()}/artifacts`)).items;
      assert.equal((await patch(`artifacts/${first.id}`, { digest: "2" })).status, 409);
      assert.equal((await patch(`artifacts/${first.id}`, { digest: "" })).status, 400);
      assert.equal((await patch(`artifacts/${first.id}`, { digest: "1" })).status, 200);
      assert.equal((await patch(`artifacts/${first.id}`, { digest: "3" })).body.digest, "3");
      const { inputs } = (await server.mlflow("GET", "runs/get", { run_id: runId })).body.run;
      const read = inputs.dataset_inputs.map(({ dataset, tags }: (typeof datasets)[0]) => [
        dataset.digest,
        tags[0]?.value,
      ]);
      assert.deepEqual(read.toSorted(), [
        ["2", "2"],
        ["3", "1"],
      ]);
    });

    it("share models and datasets that Kubeflow logged to a run", async () => {
      const runId = await makeRun();
      const path = `experiment_runs/${await numberOfNewestRun()}/artifacts`;
      const model = { name: "net", uri: "s3://net", state: "LIVE", customProperties: { a: text("b") } };
      const created = (await post(path, bodyOf("model-artifact", model))).body;
      assert.deepEqual({ ...created, ...model }, created);
      const { run } = (await server.mlflow("GET", "runs/get", { run_id: runId })).body;
      const [{ model_id: modelId }] = run.outputs.model_outputs;
      const { info } = (await server.mlflow("GET", `logged-models/${modelId}`)).body.model;
      assert.deepEqual([info.name, info.artifact_uri, info.status], ["net", "s3://net", "LOGGED_MODEL_READY"]);
      await post(path, bodyOf("dataset-artifact", { name: "iris", digest: "1", customProperties: { a: text("b") } }));
      const inputs = (await server.mlflow("GET", "runs/get", { run_id: runId })).body.run.inputs.dataset_inputs;
      assert.deepEqual([inputs[0].dataset.name, inputs[0].tags], ["iris", [{ key: "a", value: "b" }]]);
      const { body } = await post(path, bodyOf("dataset-artifact", { name: "iris", digest: "2" }));
      assert.equal(body.digest, "2");
    });
  });
});
