import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { rawRequest } from "../../server/testkit/raw-request.ts";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const PROMPT = { key: "mlflow.prompt.is_prompt", value: "true" };

describe("searches of the registry over HTTP", () => {
  let server: TestServer;
  const call = (method: string, path: string, fields?: object) => server.mlflow(method, path, fields);

  before(async () => {
    server = await startTestServer();
    for (const name of ["alpha", "beta", "gamma"]) {
      await call("POST", "registered-models/create", { name, tags: [{ key: "team", value: name.slice(0, 1) }] });
      for (let number = 1; number <= 3; number++) {
        const tags = [{ key: "odd", value: String(number % 2 === 1) }];
        await call("POST", "model-versions/create", {
          name,
          source: `s3://bucket/${name}/${number}`,
          run_id: `r${number}`,
          tags,
        });
      }
      await call("POST", "registered-models/alias", { name, alias: "champion", version: "2" });
    }
    await call("POST", "model-versions/transition-stage", { name: "beta", version: "1", stage: "Production" });
    await call("POST", "registered-models/create", { name: "prompt", tags: [PROMPT] });
    await call("POST", "model-versions/create", { name: "prompt", source: "dummy-source", tags: [PROMPT] });
  });
  after(() => server.close());

  const models = async (fields: object) => {
    const { status, body } = await call("GET", "registered-models/search", fields);
    assert.equal(status, 200, body.message);
    return (body.registered_models ?? []).map((model: { name: string }) => model.name);
  };
  const versions = async (fields: object) => {
    const { status, body } = await call("GET", "model-versions/search", {
      order_by: ["name", "version_number"],
      ...fields,
    });
    assert.equal(status, 200, body.message);
    return (body.model_versions ?? []).map(
      (version: { name: string; version: string }) => version.name[0] + version.version,
    );
  };

  for (const [filter, expected] of [
    ["", ["alpha", "beta", "gamma"]],
    ["name LIKE '%a%m%'", ["gamma"]],
    ["name ILIKE 'BETA'", ["beta"]],
    ["name != 'beta'", ["alpha", "gamma"]],
    ["tags.team = 'a'", ["alpha"]],
    ["tags.`mlflow.prompt.is_prompt` = 'true'", ["prompt"]],
    ["name = 'prompt'", []],
    ["name = 'alpha' OR tags.team = 'g'", ["alpha", "gamma"]],
  ] as const) {
    it(`models: ${filter}`, async () => assert.deepEqual(await models({ filter }), expected));
  }

  for (const [filter, expected] of [
    ["name = 'alpha'", ["a1", "a2", "a3"]],
    ["run_id = 'r2'", ["a2", "b2", "g2"]],
    ["run_id IN ('r1', 'r3') AND name = 'gamma'", ["g1", "g3"]],
    ["source_path LIKE '%/beta/%'", ["b1", "b2", "b3"]],
    ["version_number > 2", ["a3", "b3", "g3"]],
    ["version_number = '1'", ["a1", "b1", "g1"]],
    ["tags.odd = 'false'", ["a2", "b2", "g2"]],
    ["name = 'beta' AND current_stage = 'Production'", ["b1"]],
    ["current_stage = 'production'", ["b1"]],
    ["name = 'prompt'", []],
    ["name = 'prompt' AND tags.`mlflow.prompt.is_prompt` = 'true'", ["p1"]],
  ] as const) {
    it(`versions: ${filter}`, async () => assert.deepEqual(await versions({ filter }), expected));
  }

  for (const [path, fields] of [
    ["registered-models/search", { filter: "description = 'x'" }],
    ["registered-models/search", { filter: "name = " }],
    ["registered-models/search", { order_by: ["creation_timestamp"] }],
    ["registered-models/search", { max_results: 1001 }],
    ["registered-models/search", { max_results: 0 }],
    ["registered-models/search", { page_token: "zzz" }],
    ["model-versions/search", { filter: "version_number = 'one'" }],
    ["model-versions/search", { order_by: ["name", "name"] }],
    ["model-versions/search", { max_results: 200_001 }],
    ["model-versions/search", { max_results: -1 }],
  ] as const) {
    it(`refuses ${path} ${JSON.stringify(fields)}`, async () => {
      const { status, body } = await call("GET", path, fields);
      assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
    });
  }

  it("pages through versions, whatever is added meanwhile", async () => {
    const fields = { filter: "name != 'delta'", order_by: ["name DESC", "version_number DESC"], max_results: 4 };
    const seen: string[] = [];
    let token: string | undefined;
    do {
      const { body } = await call("GET", "model-versions/search", { ...fields, ...(token && { page_token: token }) });
      seen.push(
        ...body.model_versions.map((version: { name: string; version: string }) => version.name[0] + version.version),
      );
      token = body.next_page_token;
      await call("POST", "registered-models/create", { name: "delta" });
      await call("POST", "model-versions/create", { name: "delta", source: "s3://bucket/d" });
    } while (token);
    assert.deepEqual(seen, ["g3", "g2", "g1", "b3", "b2", "b1", "a3", "a2", "a1"]);
    await call("DELETE", "registered-models/delete", { name: "delta" });
  });

  it("lists versions without aliases, models with them and their latest versions", async () => {
    const { body } = await call("GET", "registered-models/search", { filter: "name = 'beta'" });
    const [beta] = body.registered_models;
    assert.deepEqual(beta.aliases, [{ alias: "champion", version: "2" }]);
    assert.deepEqual(
      beta.latest_versions.map((version: { version: string }) => version.version),
      ["1", "3"],
    );
    const found = await call("GET", "model-versions/search", { filter: "name = 'beta' AND version_number = 2" });
    assert.equal(found.body.model_versions[0].aliases, undefined);
  });

  it("reads the fields of a GET from its body where there is no query", async () => {
    const body = JSON.stringify({ filter: "name = 'gamma'" });
    const answer = await rawRequest(server.url, "/api/2.0/mlflow/registered-models/search", {
      headers: { "content-type": "application/json", "content-length": String(body.length) },
      body,
    });
    const { registered_models: found } = JSON.parse(answer.body.toString());
    assert.deepEqual(
      found.map((model: { name: string }) => model.name),
      ["gamma"],
    );
  });
});
