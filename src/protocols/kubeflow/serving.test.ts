import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const UNKNOWN = "2147483646";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const text = (value: string) => ({ metadataType: "MetadataStringValue", string_value: value });
const int = (value: string) => ({ int_value: value, metadataType: "MetadataIntValue" });

describe("Kubeflow's serving over HTTP", () => {
  let server: TestServer;
  let count = 0;
  let environmentId = "";
  let modelId = "";
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  beforeEach(async () => {
    count++;
    environmentId = await make("serving_environments", { name: `namespace-${count}` });
    modelId = await make("registered_models", { name: `model-${count}` });
  });

  const call = (method: string, path: string, body?: object) => server.kubeflow(method, path, body);
  const make = async (path: string, fields: object): Promise<string> => {
    const { status, body } = await call("POST", path, fields);
    assert.equal(status, 201, JSON.stringify(body));
    return body.id;
  };
  const status = async (method: string, path: string, body?: object) => (await call(method, path, body)).status;
  const names = async (path: string) => (await call("GET", path)).body.items.map(({ name }: { name: string }) => name);
  const makeVersion = (name: string, fields: object = {}) =>
    make("model_versions", { name, registeredModelId: modelId, ...fields });
  const makeService = (fields: object = {}) =>
    make("inference_services", { registeredModelId: modelId, servingEnvironmentId: environmentId, ...fields });

  describe("serving environments", () => {
    it("are made, got, found and listed, in both versions of the API", async () => {
      const given = { name: `cluster-${count}`, description: "d", externalId: `e-${count}` };
      const { body } = await call("POST", "serving_environments", { ...given, customProperties: { gpus: int("8") } });
      const { id, createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = body;
      const times = { createTimeSinceEpoch, lastUpdateTimeSinceEpoch };
      assert.deepEqual(body, { ...given, customProperties: { gpus: int("8") }, id, ...times });
      for (const version of ["v1", "v1alpha3"] as const) {
        const get = async (path: string): Promise<object> =>
          (await server.kubeflow("GET", path, undefined, version)).body;
        assert.deepEqual(await get(`serving_environments/${id}`), body);
        assert.deepEqual(await get(`serving_environment?name=cluster-${count}`), body);
        assert.deepEqual(await get(`serving_environment?externalId=e-${count}`), body);
      }
      const filter = `filterQuery=${encodeURIComponent("gpus > 4")}&pageSize=1&sortOrder=DESC`;
      assert.deepEqual(await names(`serving_environments?${filter}`), [given.name]);
    });

    it("are refused as the contract says", async () => {
      const id = await make("serving_environments", { name: `taken-${count}`, externalId: `t-${count}` });
      for (const [fields, expected] of [
        [{}, 422],
        [{ name: "" }, 422],
        [{ name: `taken-${count}` }, 409],
        [{ name: "free", externalId: `t-${count}` }, 409],
        [{ name: "free", id }, 400],
        [{ name: "free", state: "LIVE" }, 400],
        [{ name: 1 }, 400],
      ] as const) {
        assert.equal(await status("POST", "serving_environments", fields), expected, JSON.stringify(fields));
      }
      assert.equal(await status("GET", "serving_environment"), 400);
      assert.equal(await status("GET", "serving_environment?name=none"), 404);
    });

    it("change by a PATCH, all but their name", async () => {
      const path = `serving_environments/${environmentId}`;
      const changed = await call("PATCH", path, { description: "d", customProperties: { a: text("1") } });
      assert.equal(changed.status, 200);
      const { body } = await call("PATCH", path, { externalId: `p-${count}` });
      assert.deepEqual([body.description, body.customProperties], ["d", { a: text("1") }]);
      assert.equal(await status("PATCH", path, { name: "other" }), 400);
      assert.equal(await status("PATCH", `serving_environments/${UNKNOWN}`, {}), 404);
      const other = await make("serving_environments", { name: `other-${count}` });
      assert.equal(await status("PATCH", `serving_environments/${other}`, { externalId: `p-${count}` }), 409);
    });

    it("go only when nothing is served in them", async () => {
      const service = await makeService({ desiredState: "UNDEPLOYED" });
      const refused = await call("DELETE", `serving_environments/${environmentId}`);
      assert.equal(refused.status, 409);
      const reason = `serving environment ${environmentId} must be without inference services, but is in use: conflict`;
      assert.equal(refused.body.message, reason);
      assert.equal(await status("DELETE", `inference_services/${service}`), 204);
      assert.equal(await status("DELETE", `serving_environments/${environmentId}`), 204);
      assert.equal(await status("GET", `serving_environments/${environmentId}`), 404);
      assert.equal(await status("DELETE", `serving_environments/${environmentId}`), 404);
    });
  });

  describe("inference services", () => {
    it("are made, got, found and listed, in both versions of the API", async () => {
      const given = {
        name: "isvc/uid",
        description: "d",
        externalId: `i-${count}`,
        modelVersionId: UNKNOWN,
        registeredModelId: UNKNOWN,
        runtime: "kserve-onnx",
        servingEnvironmentId: environmentId,
      };
      const { status: made, body } = await call("POST", "inference_services", given);
      const { id, createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = body;
      const times = { createTimeSinceEpoch, lastUpdateTimeSinceEpoch };
      assert.equal(made, 201);
      assert.deepEqual(body, { ...given, customProperties: {}, desiredState: "DEPLOYED", id, ...times });
      for (const version of ["v1", "v1alpha3"] as const) {
        const get = async (path: string): Promise<object> =>
          (await server.kubeflow("GET", path, undefined, version)).body;
        assert.deepEqual(await get(`inference_services/${id}`), body);
        const parameters = `name=${encodeURIComponent("isvc/uid")}&parentResourceId=${environmentId}`;
        assert.deepEqual(await get(`inference_service?${parameters}`), body);
        assert.deepEqual(await get(`inference_service?externalId=i-${count}`), body);
      }
      const filter = encodeURIComponent(`runtime = 'kserve-onnx' AND servingEnvironmentId = ${environmentId}`);
      assert.deepEqual(await names(`inference_services?filterQuery=${filter}`), ["isvc/uid"]);
      assert.deepEqual(await names(`serving_environments/${environmentId}/inference_services?name=isvc`), []);
      assert.equal(await status("GET", "inference_service?name=isvc"), 400);
      assert.equal(await status("GET", `inference_service?name=isvc&parentResourceId=${environmentId}`), 404);
    });

    it("without a name get one of their own, and share names between environments", async () => {
      const path = `serving_environments/${environmentId}/inference_services`;
      for (const name of [undefined, null, ""]) await makeService({ name });
      const given = await names(path);
      assert.equal(new Set(given).size, 3);
      for (const name of given) assert.match(name, UUID);
      const elsewhere = await make("serving_environments", { name: `elsewhere-${count}` });
      await makeService({ name: "a" });
      await makeService({ name: "a", servingEnvironmentId: elsewhere });
      assert.deepEqual(await names(`serving_environments/${elsewhere}/inference_services`), ["a"]);
      const conflict = await call("POST", path, { ...fields(), name: "a" });
      assert.equal(conflict.status, 409);
      assert.equal(
        conflict.body.message,
        `inference service with name a in parent ${environmentId} already exists: conflict`,
      );
    });

    const fields = () => ({ registeredModelId: modelId, servingEnvironmentId: environmentId });

    it("are refused as the contract says", async () => {
      await makeService({ externalId: `x-${count}` });
      for (const [wrong, expected] of [
        [{ servingEnvironmentId: UNKNOWN }, 404],
        [{ servingEnvironmentId: undefined }, 422],
        [{ registeredModelId: "" }, 422],
        [{ registeredModelId: "2147483648" }, 400],
        [{ modelVersionId: "one" }, 400],
        [{ desiredState: "GONE" }, 400],
        [{ state: "LIVE" }, 400],
        [{ externalId: `x-${count}` }, 409],
      ] as const) {
        const answer = await status("POST", "inference_services", { ...fields(), ...wrong });
        assert.equal(answer, expected, JSON.stringify(wrong));
      }
      const nested = `serving_environments/${UNKNOWN}/inference_services`;
      assert.equal(await status("POST", nested, fields()), 404);
      assert.deepEqual(await names(nested), []);
      const made = await call("POST", `serving_environments/${environmentId}/inference_services`, {
        ...fields(),
        servingEnvironmentId: UNKNOWN,
      });
      assert.equal(made.body.servingEnvironmentId, environmentId, "the path says which environment");
    });

    it("keep their state through a PATCH that does not name it", async () => {
      const path = `inference_services/${await makeService({ runtime: "a" })}`;
      const undeployed = (await call("PATCH", path, { desiredState: "UNDEPLOYED" })).body;
      assert.deepEqual([undeployed.desiredState, undeployed.runtime], ["UNDEPLOYED", "a"]);
      const { body } = await call("PATCH", path, { customProperties: { url: text("http://a") }, modelVersionId: "7" });
      assert.deepEqual([body.desiredState, body.modelVersionId, body.runtime], ["UNDEPLOYED", "7", "a"]);
      for (const wrong of [{ name: "n" }, { registeredModelId: "1" }, { servingEnvironmentId: "1" }]) {
        assert.equal(await status("PATCH", path, wrong), 400, JSON.stringify(wrong));
      }
    });

    it("say which model and version they serve", async () => {
      const id = await makeService();
      const served = async () => (await call("GET", `inference_services/${id}/version`)).body.name;
      assert.equal((await call("GET", `inference_services/${id}/model`)).body.id, modelId);
      assert.equal(await status("GET", `inference_services/${id}/version`), 404);
      const first = await makeVersion("first");
      const second = await makeVersion("second");
      assert.equal(await served(), "second");
      await call("PATCH", `model_versions/${second}`, { state: "ARCHIVED" });
      assert.equal(await served(), "first", "the newest that is LIVE");
      await call("PATCH", `model_versions/${first}`, { state: "ARCHIVED" });
      assert.equal(await served(), "second", "the newest where none is LIVE");
      await call("PATCH", `inference_services/${id}`, { modelVersionId: first });
      assert.equal(await served(), "first");
      const lost = await makeService({ registeredModelId: UNKNOWN, modelVersionId: UNKNOWN });
      for (const path of [`${lost}/model`, `${lost}/version`, `${UNKNOWN}/model`, `${UNKNOWN}/version`]) {
        assert.equal(await status("GET", `inference_services/${path}`), 404, path);
      }
    });

    it("go only when they are undeployed, with what they have served", async () => {
      const path = `inference_services/${await makeService()}`;
      await make(`${path}/serves`, { modelVersionId: await makeVersion("v1") });
      const refused = await call("DELETE", path);
      assert.equal(refused.status, 409);
      assert.match(refused.body.message, /must be UNDEPLOYED, but is DEPLOYED/);
      await call("PATCH", path, { desiredState: "UNDEPLOYED" });
      assert.equal(await status("DELETE", path), 204);
      assert.equal(await status("GET", path), 404);
      assert.deepEqual(await names(`${path}/serves`), []);
    });
  });

  describe("serve models", () => {
    it("are made and listed below their service", async () => {
      const path = `inference_services/${await makeService()}/serves`;
      const modelVersionId = await makeVersion("v1");
      const { status: made, body } = await call("POST", path, { modelVersionId });
      assert.equal(made, 201);
      const { id, name, createTimeSinceEpoch, lastUpdateTimeSinceEpoch } = body;
      assert.match(name, UUID);
      const times = { createTimeSinceEpoch, lastUpdateTimeSinceEpoch };
      assert.deepEqual(body, { customProperties: {}, id, lastKnownState: "UNKNOWN", modelVersionId, name, ...times });
      await make(path, { modelVersionId, name: "named", externalId: `s-${count}`, lastKnownState: "RUNNING" });
      assert.deepEqual(await names(`${path}?name=named`), ["named"]);
      assert.deepEqual(await names(`${path}?externalId=s-${count}`), ["named"]);
      assert.deepEqual(await names(`${path}?filterQuery=${encodeURIComponent("lastKnownState = 'UNKNOWN'")}`), [name]);
      assert.deepEqual((await server.kubeflow("GET", `${path}?pageSize=1`, undefined, "v1")).body.items, [body]);
      assert.deepEqual(await names(`inference_services/${UNKNOWN}/serves`), []);
    });

    it("are refused as the contract says", async () => {
      const service = await makeService();
      const modelVersionId = await makeVersion("v1");
      await make(`inference_services/${service}/serves`, { modelVersionId, name: "taken" });
      for (const [id, fields, expected] of [
        [service, {}, 422],
        [service, { modelVersionId: UNKNOWN }, 404],
        [UNKNOWN, { modelVersionId }, 404],
        ["x", { modelVersionId }, 400],
        [service, { modelVersionId, name: "taken" }, 409],
        [service, { modelVersionId, lastKnownState: "GONE" }, 400],
        [service, { modelVersionId, id: "1" }, 400],
      ] as const) {
        const answer = await status("POST", `inference_services/${id}/serves`, fields);
        assert.equal(answer, expected, JSON.stringify([id, fields]));
      }
    });
  });

  it("goes through what KServe's controller does with a service", async () => {
    const namespace = `kserve-${count}`;
    const url = (host: string) => ({ url: text(`http://${host}.example.com`) });
    assert.equal(await status("GET", `serving_environment?name=${namespace}`), 404);
    const servingEnvironmentId = await make("serving_environments", { name: namespace });
    assert.equal((await call("GET", `serving_environment?name=${namespace}`)).body.id, servingEnvironmentId);

    const name = "onnx/3f0e2f7a-4ad4-4c9f-9d8e-5e8e8a7a3c11";
    const search = `inference_service?name=${encodeURIComponent(name)}&parentResourceId=${servingEnvironmentId}`;
    assert.equal(await status("GET", search), 404);
    const service = { desiredState: "DEPLOYED", name, registeredModelId: modelId, servingEnvironmentId };
    const id = await make("inference_services", { ...service, customProperties: url("first") });
    assert.equal((await call("GET", search)).body.id, id);

    await call("PATCH", `inference_services/${id}`, { customProperties: url("second") });
    await call("PATCH", `inference_services/${id}`, { desiredState: "UNDEPLOYED" });
    const { body } = await call("GET", `inference_services/${id}`);
    assert.deepEqual([body.desiredState, body.customProperties], ["UNDEPLOYED", url("second")]);
    const kinds = (await server.events()).slice(-4).map(({ kind }) => kind);
    const updates = ["inference-service.updated", "inference-service.updated"];
    assert.deepEqual(kinds, ["serving-environment.created", "inference-service.created", ...updates]);
  });
});
