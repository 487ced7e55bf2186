import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../server/testkit/test-server.ts";
import { AlreadyExistsError, InvalidValueError, ModelRegistryClient, NotFoundError } from "./index.ts";

async function all<T, U>(list: AsyncIterable<T>, of: (item: T) => U): Promise<U[]> {
  const values: U[] = [];
  for await (const item of list) values.push(of(item));
  return values;
}

describe("the registry's records", () => {
  let server: TestServer;
  let registry: ModelRegistryClient;
  before(async () => {
    server = await startTestServer();
    registry = new ModelRegistryClient(`${server.url}/`);
  });
  after(() => server.close());

  it("registered models are made, read, changed, renamed, listed and deleted", async () => {
    const { registeredModels } = registry;
    const made = await registeredModels.create({ name: "wine", description: "red", tags: { team: "cellar" } });
    assert.deepEqual(
      { ...made, creationTimestamp: 0, lastUpdatedTimestamp: 0 },
      {
        name: "wine",
        description: "red",
        tags: { team: "cellar" },
        aliases: {},
        creationTimestamp: 0,
        lastUpdatedTimestamp: 0,
      },
    );
    await assert.rejects(registeredModels.create({ name: "wine" }), AlreadyExistsError);
    assert.equal((await registeredModels.update("wine", { description: "white" })).description, "white");
    await registeredModels.setTags("wine", { team: "attic", year: "2026" });
    for (let time = 0; time < 2; time++) await registeredModels.deleteTag("wine", "team");
    assert.deepEqual((await registeredModels.get("wine")).tags, { year: "2026" });
    await registeredModels.create({ name: "beer" });
    assert.equal((await registeredModels.rename("beer", "cider & ale?1")).name, "cider & ale?1");
    const names = all(registeredModels.list({ orderBy: ["name ASC"], pageSize: 1 }), ({ name }) => name);
    assert.deepEqual(await names, ["cider & ale?1", "wine"]);
    const found = all(registeredModels.list({ filter: "tags.year = '2026'" }), ({ name }) => name);
    assert.deepEqual(await found, ["wine"]);
    await registeredModels.delete("cider & ale?1");
    await assert.rejects(registeredModels.get("cider & ale?1"), NotFoundError);
    await assert.rejects(registeredModels.list({ filter: "nonsense" }).next(), InvalidValueError);
  });

  it("versions have stages, aliases and tags", async () => {
    const { models, versions, registeredModels } = registry;
    for (const content of ["one", "two"]) await models.upload(new Blob([content]), { name: "staged" });
    await registeredModels.setAlias("staged", "champion", 2);
    await versions.setStage("staged", 1, "Production");
    const second = await versions.setStage("staged", 2, "Production", { archiveExisting: true });
    assert.deepEqual([second.stage, second.aliases, second.version], ["Production", ["champion"], 2]);
    assert.equal((await versions.get("staged", 1)).stage, "Archived");
    assert.deepEqual(await versions.getByAlias("staged", "champion"), await versions.get("staged", 2));
    assert.deepEqual((await registeredModels.get("staged")).aliases, { champion: 2 });
    await versions.setTags("staged", 2, { checked: "yes", by: "me" });
    for (let time = 0; time < 2; time++) await versions.deleteTag("staged", 2, "by");
    assert.equal((await versions.update("staged", 2, { description: "better" })).description, "better");
    const { tags } = await versions.get("staged", 2);
    assert.deepEqual([tags.checked, "by" in tags], ["yes", false]);
    const numbers = all(
      versions.list({ filter: "name = 'staged'", orderBy: ["version_number ASC"], pageSize: 1 }),
      (item) => item.version,
    );
    assert.deepEqual(await numbers, [1, 2]);
    for (let time = 0; time < 2; time++) await registeredModels.deleteAlias("staged", "champion");
    await assert.rejects(versions.getByAlias("staged", "champion"), (error) => error instanceof Error);
    await versions.delete("staged", 1);
    await assert.rejects(versions.get("staged", 1), NotFoundError);
  });

  it("versions that were uploaded are the stored models", async () => {
    const stored = await registry.models.upload(new Blob(["x"]), { name: "same", version: "v1", tags: { a: "b" } });
    const version = await registry.versions.get("same", stored.versionNumber);
    assert.equal(version.tags.a, "b");
    await registry.registeredModels.setAlias("same", "best", 1);
    assert.deepEqual((await registry.models.get(stored.metadataId)).aliases, ["best"]);
  });

  it("experiments and runs are read and searched", async () => {
    const { body } = await server.mlflow("POST", "experiments/create", { name: "tasting" });
    const { experiment_id: experimentId } = body;
    for (const [name, loss] of [
      ["good", 0.25],
      ["bad", "NaN"],
    ] as const) {
      const run = await server.mlflow("POST", "runs/create", {
        experiment_id: experimentId,
        run_name: name,
        start_time: 5,
      });
      const run_id = run.body.run.info.run_id;
      await server.mlflow("POST", "runs/log-metric", { run_id, key: "loss", value: loss, timestamp: 1 });
      await server.mlflow("POST", "runs/log-parameter", { run_id, key: "depth", value: "4" });
    }
    const { experiments, runs } = registry;
    const experiment = await experiments.getByName("tasting");
    assert.deepEqual(await experiments.get(experimentId), experiment);
    assert.deepEqual(await all(experiments.list({ orderBy: ["name DESC"], pageSize: 1 }), ({ name }) => name), [
      "tasting",
      "Default",
    ]);
    const found = await all(runs.search([experimentId], { filter: "metrics.loss < 1", pageSize: 1 }), (run) => run);
    assert.equal(found.length, 1);
    const [good] = found;
    assert.deepEqual(await runs.get(good?.runId ?? ""), good);
    assert.deepEqual(
      [good?.name, good?.metrics, good?.params, good?.startTime, good?.endTime],
      ["good", { loss: 0.25 }, { depth: "4" }, 5, null],
    );
    const names = await all(
      runs.search([experimentId], { pageSize: 1, orderBy: ["attributes.run_name ASC"] }),
      ({ name, metrics }) => [name, metrics.loss],
    );
    assert.deepEqual(names, [
      ["bad", Number.NaN],
      ["good", 0.25],
    ]);
    await assert.rejects(runs.get("0".repeat(32)), NotFoundError);
  });
});
