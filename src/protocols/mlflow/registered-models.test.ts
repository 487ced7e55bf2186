import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("registered models over HTTP", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const call = (method: string, path: string, fields?: object) => server.mlflow(method, path, fields);
  const create = (name: string, fields: object = {}) => call("POST", "registered-models/create", { name, ...fields });
  const get = (name: string) => call("GET", "registered-models/get", { name });
  const newVersion = (name: string, fields: object = {}) =>
    call("POST", "model-versions/create", { name, source: "s3://bucket/model", ...fields });
  const refused = async (answer: ReturnType<typeof call>, status: number, code: string, message: string) => {
    const { status: actualStatus, body } = await answer;
    assert.deepEqual([actualStatus, body.error_code, body.message], [status, code, message]);
  };

  it("shows what is there and leaves out what is empty", async () => {
    assert.deepEqual(Object.keys((await create("bare")).body.registered_model), [
      "name",
      "creation_timestamp",
      "last_updated_timestamp",
    ]);
    await create("full", {
      description: "d",
      tags: [{ key: "b" }, { key: "a", value: "1" }, { key: "a", value: "2" }],
    });
    await newVersion("full");
    await call("POST", "registered-models/alias", { name: "full", alias: "champion", version: "1" });
    const { registered_model: model } = (await get("full")).body;
    assert.equal(model.description, "d");
    assert.deepEqual(model.tags, [
      { key: "a", value: "2" },
      { key: "b", value: "" },
    ]);
    assert.deepEqual(model.aliases, [{ alias: "champion", version: "1" }]);
    assert.deepEqual(
      model.latest_versions.map((version: { version: string; aliases?: string[] }) => [
        version.version,
        version.aliases,
      ]),
      [["1", undefined]],
    );
  });

  it("keeps who made models, versions and experiments, for both protocols", async () => {
    const { body: made } = await create("owned", { user_id: "Ada" });
    assert.equal(made.registered_model.user_id, "Ada");
    const { body: version } = await newVersion("owned", { user_id: "Grace" });
    assert.equal(version.model_version.user_id, "Grace");
    await call("POST", "experiments/create", { name: "owned", user_id: "Mary" });
    const found = async (path: string) => (await server.kubeflow("GET", path)).body;
    const model = await found("registered_model?name=owned");
    assert.equal(model.owner, "Ada");
    assert.equal((await found(`model_version?name=1&parentResourceId=${model.id}`)).author, "Grace");
    assert.equal((await found("experiment?name=owned")).owner, "Mary");
  });

  it("refuses a user id that is too long", async () => {
    const message = "'user_id' exceeds the maximum length of 256 characters";
    const user_id = "u".repeat(257);
    await refused(create("nobody", { user_id }), 400, "INVALID_PARAMETER_VALUE", message);
    await refused(newVersion("nobody", { user_id }), 400, "INVALID_PARAMETER_VALUE", message);
    const experiment = { name: "nobody", user_id };
    await refused(call("POST", "experiments/create", experiment), 400, "INVALID_PARAMETER_VALUE", message);
  });

  it("refuses names that are taken, by a model or by a prompt", async () => {
    const prompt = { tags: [{ key: "mlflow.prompt.is_prompt", value: "true" }] };
    await create("model");
    await create("prompt", prompt);
    const taken = (name: string, wanted: string, holder: string) =>
      `Tried to create a ${wanted} with name '${name}', but the name is already taken by a ${holder}. ` +
      "MLflow does not allow creating a model and a prompt with the same name.";
    await refused(create("model"), 400, "RESOURCE_ALREADY_EXISTS", "Registered Model (name=model) already exists.");
    await refused(create("prompt", prompt), 400, "RESOURCE_ALREADY_EXISTS", "Prompt (name=prompt) already exists.");
    const clash = "RESOURCE_ALREADY_EXISTS";
    await refused(create("model", prompt), 400, clash, taken("model", "prompt", "registered model"));
    await refused(create("prompt"), 400, clash, taken("prompt", "registered model", "prompt"));
  });

  it("refuses names that no model can have", async () => {
    const invalid = "INVALID_PARAMETER_VALUE";
    const slash = "Invalid model name 'a/b'. Names cannot contain '/' or ':'.";
    await refused(create("a/b"), 400, invalid, slash);
    await refused(get("a/b"), 400, invalid, slash);
    await refused(create(" "), 400, invalid, "Missing value for required parameter 'name'.");
    await refused(create("n".repeat(257)), 400, invalid, "'name' exceeds the maximum length of 256 characters");
    assert.match((await create("..")).body.message, /This name would resolve to '\.\.'$/);
    assert.equal((await create("модель 日本 ".trim())).status, 200);
  });

  it("renames with everything that belongs to it", async () => {
    await create("old-name", { tags: [{ key: "k", value: "v" }] });
    await newVersion("old-name", { tags: [{ key: "vk", value: "vv" }] });
    await call("POST", "registered-models/alias", { name: "old-name", alias: "champion", version: "1" });
    const renamed = await call("POST", "registered-models/rename", { name: "old-name", new_name: "new-name" });
    assert.equal(renamed.status, 200);
    assert.equal(renamed.body.registered_model.latest_versions[0].name, "new-name");
    assert.deepEqual(renamed.body.registered_model.aliases, [{ alias: "champion", version: "1" }]);
    assert.equal((await get("old-name")).status, 404);
    await create("other");
    const rename = call("POST", "registered-models/rename", { name: "other", new_name: "new-name" });
    await refused(rename, 400, "RESOURCE_ALREADY_EXISTS", "Registered Model (name=new-name) already exists.");
  });

  it("starts again at version 1 under the name of a deleted model", async () => {
    await create("phoenix");
    await newVersion("phoenix");
    assert.deepEqual((await call("DELETE", "registered-models/delete", { name: "phoenix" })).body, {});
    await refused(
      call("DELETE", "registered-models/delete", { name: "phoenix" }),
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "Registered Model with name=phoenix not found",
    );
    assert.equal((await call("GET", "model-versions/get", { name: "phoenix", version: 1 })).status, 404);
    await create("phoenix");
    assert.equal((await newVersion("phoenix")).body.model_version.version, "1");
  });

  it("finds the latest version of each stage, asked for in any case", async () => {
    await create("staged");
    for (let version = 1; version <= 3; version++) await newVersion("staged");
    await call("POST", "model-versions/transition-stage", { name: "staged", version: "1", stage: "PRODUCTION" });
    const latest = async (method: string, stages: string[]) => {
      const { body } = await call(method, "registered-models/get-latest-versions", { name: "staged", stages });
      return body.model_versions?.map((version: { version: string; current_stage: string }) => [
        version.version,
        version.current_stage,
      ]);
    };
    assert.deepEqual(await latest("POST", []), [
      ["1", "Production"],
      ["3", "None"],
    ]);
    assert.deepEqual(await latest("GET", ["production", "staging"]), [["1", "Production"]]);
    assert.equal(await latest("GET", ["Staging"]), undefined);
    await refused(
      call("GET", "registered-models/get-latest-versions", { name: "staged", stages: ["live"] }),
      400,
      "INVALID_PARAMETER_VALUE",
      "Invalid Model Version stage: live. Value must be one of None, Staging, Production, Archived.",
    );
  });

  it("keeps tags in order; a tag that is missing can be deleted", async () => {
    await create("tagged");
    const set = (key: string, value?: string) =>
      call("POST", "registered-models/set-tag", { name: "tagged", key, value });
    await set("k", "1");
    await set("k");
    assert.deepEqual((await call("DELETE", "registered-models/delete-tag", { name: "tagged", key: "x" })).body, {});
    assert.deepEqual((await get("tagged")).body.registered_model.tags, [{ key: "k", value: "" }]);
    assert.match(
      (await set("a!", "v")).body.message,
      /^Invalid value "a!" for parameter 'key' supplied: Names may only/,
    );
    assert.match((await set("a/../b", "v")).body.message, /This name would resolve to 'b'$/);
    assert.equal(
      (await set("k", "v".repeat(100_001))).body.message,
      "'value' exceeds the maximum length of 100000 characters",
    );
    assert.equal((await set("ключ", "v")).status, 200);
  });
});
