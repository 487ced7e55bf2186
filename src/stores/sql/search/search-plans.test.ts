import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { ListQuery } from "../../../core/filter/query.ts";
import { and, ascending, attribute, descending, is, isIn, not, tag } from "../../testkit/conditions.ts";
import { RecordingConnection } from "../../testkit/recording-connection.ts";
import { newModel, newVersion } from "../../testkit/registry-fixtures.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { migrateSqlite } from "../sqlite/migrate.ts";
import { SqliteConnection } from "../sqlite/sqlite-connection.ts";
import { searchExperiments } from "./experiments.ts";
import { searchLoggedModels } from "./logged-models.ts";
import { searchModelVersions } from "./model-versions.ts";
import { searchRegisteredModels } from "./registered-models.ts";

const MODELS = 200;

type Search = (session: SqlSession, query: ListQuery) => Promise<{ items: unknown[] }>;

const SEARCHES = {
  experiments: (session, query) => searchExperiments(session, { view: "active", ...query }),
  "registered models": searchRegisteredModels,
  "model versions": searchModelVersions,
  "logged models": (session, { order: _, ...query }) =>
    searchLoggedModels(session, { ...query, order: [], datasets: [], experimentIds: [1, 2] }),
} satisfies Record<string, Search>;

/** Five versions of each model, and an experiment and a logged model beside each. */
async function openWithModels(): Promise<SqliteConnection> {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  await migrateSqlite(connection);
  const writer = createWriter(new SqlSession(sqliteDialect, connection, new KeyDictionary()));
  for (let index = 0; index < MODELS; index++) {
    const times = { creationTime: index, lastUpdateTime: index };
    await writer.experiments.insertExperiment({
      ...times,
      name: `e${index}`,
      artifactLocation: "",
      lifecycleStage: "active",
      tags: [],
    });
    const name = `model${index}`;
    const tags = [{ key: "t", value: `value${index}` }];
    const id = await writer.registeredModels.insertRegisteredModel(newModel(name, { ...times, tags }));
    for (let number = 1; number <= 5; number++) {
      await writer.modelVersions.insertModelVersion(newVersion({ id, name }, { ...times, tags, runId: `run${index}` }));
    }
    await writer.loggedModels.insertLoggedModel({
      ...times,
      ...{
        modelId: `m-${index}`,
        experimentId: (index % 2) + 1,
        name,
        artifactLocation: "",
        sourceRunId: `run${index}`,
      },
      ...{ status: "READY", params: [], tags: [] },
    });
  }
  return connection;
}

describe("plans of the other searches on SQLite", () => {
  let connection: SqliteConnection;
  before(async () => {
    connection = await openWithModels();
  });

  async function plan(search: Search, query: Partial<ListQuery>) {
    const recording = new RecordingConnection(connection);
    const session = new SqlSession(sqliteDialect, recording, new KeyDictionary());
    const { items } = await search(session, { order: [], limit: 10, ...query });
    return { plans: await recording.plans(), statements: recording.queries.length, found: items.length };
  }

  const isNoPrompt = not(is(tag("mlflow.prompt.is_prompt"), "=", "true"));
  const byName = [ascending(attribute("name"))];
  const walks: [title: string, search: keyof typeof SEARCHES, query: Partial<ListQuery>, index: string][] = [
    ["by default", "experiments", {}, "SCAN e USING INDEX experiments_creation_time"],
    ["by name", "experiments", { order: byName }, "SCAN e USING INDEX experiments_name"],
    [
      "by default",
      "registered models",
      { filter: isNoPrompt },
      "SCAN m USING COVERING INDEX registered_models_active_name",
    ],
    [
      "by time",
      "registered models",
      { order: [descending(attribute("lastUpdateTime"))] },
      "SCAN m USING INDEX registered_models_last_update_time",
    ],
    ["by default", "model versions", { filter: isNoPrompt }, "SCAN v USING INDEX model_versions_last_update_time"],
    [
      "by name",
      "model versions",
      { order: [descending(attribute("modelName"))] },
      "SCAN m USING COVERING INDEX registered_models_active_name",
    ],
    ["by default", "logged models", {}, "SEARCH l USING INDEX logged_models_creation_time (experiment=?)"],
  ];
  for (const [title, search, query, index] of walks) {
    it(`walk along the order of ${search} ${title}`, async () => {
      const { plans, found } = await plan(SEARCHES[search], query);
      assert.equal(found, 10);
      assert.ok(plans.includes(index), plans.join("\n"));
      assert.ok(!plans.includes("USE TEMP B-TREE FOR ORDER BY"), plans.join("\n"));
    });
  }

  const driven: [title: string, search: keyof typeof SEARCHES, query: Partial<ListQuery>, index: string][] = [
    [
      "of a name",
      "experiments",
      { filter: is(attribute("name"), "=", "e7") },
      "SEARCH e USING COVERING INDEX experiments_name (name=?)",
    ],
    [
      "of listed ids",
      "experiments",
      { filter: isIn(attribute("id"), 3, 4) },
      "SEARCH e USING INTEGER PRIMARY KEY (rowid=?)",
    ],
    [
      "of names",
      "registered models",
      { filter: is(attribute("name"), "like", "model77%") },
      "SEARCH m USING COVERING INDEX registered_models_active_name (name>? AND name<?)",
    ],
    [
      "of a tag",
      "registered models",
      { filter: and(is(tag("t"), "=", "value7"), isNoPrompt) },
      "SEARCH x USING COVERING INDEX registered_model_tags_value (key=? AND value=?)",
    ],
    [
      "of a model",
      "model versions",
      { filter: and(is(attribute("modelName"), "=", "model7"), isNoPrompt) },
      "SEARCH v USING COVERING INDEX model_versions_model (model=?)",
    ],
    [
      "of a run",
      "model versions",
      { filter: is(attribute("runId"), "=", "run7") },
      "SEARCH v USING COVERING INDEX model_versions_run (run_id=?)",
    ],
    [
      "of a tag",
      "model versions",
      { filter: is(tag("t"), "=", "value7") },
      "SEARCH x USING COVERING INDEX model_version_tags_value (key=? AND value=?)",
    ],
    [
      "of a run",
      "logged models",
      { filter: is(attribute("sourceRunId"), "=", "run7") },
      "SEARCH l USING COVERING INDEX logged_models_source_run (source_run_id=?)",
    ],
    [
      "of an id",
      "logged models",
      { filter: is(attribute("modelId"), "=", "m-7") },
      "SEARCH l USING COVERING INDEX sqlite_autoindex_logged_models_1 (model_id=?)",
    ],
  ];
  for (const [title, search, query, index] of driven) {
    it(`read the ${search} ${title} alone`, async () => {
      const { plans, found } = await plan(SEARCHES[search], query);
      assert.ok(found > 0);
      assert.ok(plans.includes(index), plans.join("\n"));
      assert.deepEqual(
        plans.filter((step) => /^SCAN [emvl] /.test(step)),
        [],
        plans.join("\n"),
      );
    });
  }

  for (const [name, search] of Object.entries(SEARCHES)) {
    it(`need as many statements for a long page of ${name} as for a short one`, async () => {
      const short = await plan(search, { limit: 2 });
      const long = await plan(search, { limit: 150 });
      assert.deepEqual([short.found, long.found], [2, 150]);
      assert.equal(long.statements, short.statements);
    });
  }
});
