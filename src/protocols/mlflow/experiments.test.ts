import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

describe("experiments over HTTP", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const post = (path: string, fields?: object) => server.mlflow("POST", `experiments/${path}`, fields);
  const create = async (name: string, fields: object = {}): Promise<string> =>
    (await post("create", { name, ...fields })).body.experiment_id;
  const get = async (id: string) =>
    (await server.mlflow("GET", "experiments/get", { experiment_id: id })).body.experiment;
  const refused = async (answer: ReturnType<typeof post>, status: number, code: string, message: RegExp) => {
    const { status: actualStatus, body } = await answer;
    assert.deepEqual([actualStatus, body.error_code], [status, code]);
    assert.match(body.message, message);
  };

  it("has the experiment Default from the start", async () => {
    const experiment = await get("0");
    assert.equal(experiment.name, "Default");
    assert.equal(experiment.artifact_location, "mlflow-artifacts:/0");
    assert.equal(experiment.workspace, "default");
  });

  it("keeps artifacts below the id, unless a location is given", async () => {
    const id = await create("located");
    assert.equal((await get(id)).artifact_location, `mlflow-artifacts:/${id}`);
    assert.equal(
      (await get(await create("elsewhere", { artifact_location: "s3://b/x" }))).artifact_location,
      "s3://b/x",
    );
  });

  it("keeps the query of a location at the end of the places below it", async () => {
    const id = await create("queried", { artifact_location: "mlflow-artifacts:/queried?region=eu" });
    const { run } = (await server.mlflow("POST", "runs/create", { experiment_id: id })).body;
    const { model } = (await server.mlflow("POST", "logged-models", { experiment_id: id, name: "m" })).body;
    const { run_id: runId } = run.info;
    assert.equal(run.info.artifact_uri, `mlflow-artifacts:/queried/${runId}/artifacts?region=eu`);
    assert.equal(
      model.info.artifact_uri,
      `mlflow-artifacts:/queried/models/${model.info.model_id}/artifacts?region=eu`,
    );
    const listing = await server.mlflow("GET", "artifacts/list", { run_id: runId });
    assert.deepEqual(listing, { status: 200, body: { root_uri: run.info.artifact_uri } });
  });

  it("takes a semicolon in a location where the scheme knows no parameters", async () => {
    for (const location of ["s3://b/a;b", "mlflow-artifacts:/a;b", "/a;b/c"]) {
      const id = await create(`at ${location}`, { artifact_location: location });
      assert.equal((await get(id)).artifact_location, location);
    }
  });

  it("renames, and refuses a name that is taken", async () => {
    const id = await create("old name");
    await post("update", { experiment_id: id, new_name: "new name" });
    const found = await server.mlflow("GET", "experiments/get-by-name", { experiment_name: "new name" });
    assert.equal(found.body.experiment.experiment_id, id);
    await refused(
      post("create", { name: "new name" }),
      400,
      "RESOURCE_ALREADY_EXISTS",
      /^Experiment\(name=new name\) already/,
    );
    const other = await create("other name");
    await refused(post("update", { experiment_id: other, new_name: "new name" }), 400, "BAD_REQUEST", /already exists/);
  });

  it("frees the name of a deleted experiment, and refuses to restore it where the name is taken", async () => {
    const first = await create("reused");
    await post("delete", { experiment_id: first });
    await refused(post("delete", { experiment_id: first }), 404, "RESOURCE_DOES_NOT_EXIST", /^No Experiment with id=/);
    const second = await create("reused");
    await refused(post("restore", { experiment_id: first }), 400, "RESOURCE_ALREADY_EXISTS", /already exists/);
    await post("delete", { experiment_id: second });
    assert.equal((await post("restore", { experiment_id: first })).status, 200);
  });

  it("takes its runs along, to deletion and back", async () => {
    const id = await create("family");
    const { run } = (await server.mlflow("POST", "runs/create", { experiment_id: id })).body;
    const stage = async () =>
      (await server.mlflow("GET", "runs/get", { run_id: run.info.run_id })).body.run.info.lifecycle_stage;
    await post("delete", { experiment_id: id });
    assert.equal(await stage(), "deleted");
    await refused(
      server.mlflow("POST", "runs/create", { experiment_id: id }),
      400,
      "INVALID_PARAMETER_VALUE",
      /must be in the 'active' state. Current state is deleted\.$/,
    );
    await post("restore", { experiment_id: id });
    assert.equal(await stage(), "active");
  });

  it("sets and deletes tags", async () => {
    const id = await create("tagged", { tags: [{ key: "a" }] });
    await post("set-experiment-tag", { experiment_id: id, key: "b", value: "1" });
    assert.deepEqual((await get(id)).tags, [
      { key: "a", value: "" },
      { key: "b", value: "1" },
    ]);
    await post("delete-experiment-tag", { experiment_id: id, key: "a" });
    await refused(
      post("delete-experiment-tag", { experiment_id: id, key: "a" }),
      404,
      "RESOURCE_DOES_NOT_EXIST",
      new RegExp(`^No tag with name: a in experiment with id ${id}$`),
    );
  });

  const invalid: [string, string, object, RegExp][] = [
    ["no name", "create", {}, /^Missing value for required parameter 'name'/],
    ["an over-long name", "create", { name: "n".repeat(501) }, /^'name' exceeds the maximum length of 500 characters$/],
    ["a location that climbs", "create", { name: "x", artifact_location: "s3://b/%2e%2e/c" }, /'\.\.'/],
    ["a location with a fragment", "create", { name: "x", artifact_location: "s3://b#c" }, /can't include fragments/],
    [
      "a location with parameters",
      "create",
      { name: "x", artifact_location: "http://h/a;b" },
      /can't include fragments/,
    ],
    ["a location of a run", "create", { name: "x", artifact_location: "runs:/1/a" }, /cannot be a runs:\/ URI/],
    ["a tag twice", "create", { name: "x", tags: [{ key: "a" }, { key: "a" }] }, /given more than once/],
    ["an id that is a word", "delete", { experiment_id: "abc" }, /^Invalid experiment ID 'abc'/],
    ["a tag that climbs", "set-experiment-tag", { experiment_id: "0", key: "../a" }, /resolve to '\.\.\/a'$/],
    [
      "a tag's value that is too long",
      "set-experiment-tag",
      { experiment_id: "0", key: "a", value: "v".repeat(20_001) },
      /20000/,
    ],
  ];
  for (const [what, path, fields, message] of invalid) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const before = (await server.events()).length;
      await refused(post(path, fields), 400, "INVALID_PARAMETER_VALUE", message);
      assert.equal((await server.events()).length, before);
    });
  }
});
