import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { RecordKind } from "../../../core/model/records.ts";
import type { RecordQuery } from "../../../core/ports/records.ts";
import { and, attribute, descending, is, isIn, isPresent, not, property } from "../../testkit/conditions.ts";
import { RecordingConnection } from "../../testkit/recording-connection.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { migrateSqlite } from "../sqlite/migrate.ts";
import { SqliteConnection } from "../sqlite/sqlite-connection.ts";
import { listRecords } from "./record-search.ts";

const RECORDS = 300;

/** Models and runs of one experiment, each with a property of its own value. */
async function openWithRecords(): Promise<SqliteConnection> {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  await migrateSqlite(connection);
  const { records } = createWriter(new SqlSession(sqliteDialect, connection, new KeyDictionary()));
  const times = { creationTime: 1, lastUpdateTime: 1, state: "active" as const };
  const experimentId = await records.insertRecord("experiment", {
    ...times,
    name: "e",
    artifactLocation: "",
    properties: [],
  });
  for (let index = 0; index < RECORDS; index++) {
    const name = `n${index}`;
    const properties = [
      { key: "t", type: "string" as const, value: name },
      { key: "size", type: "int" as const, value: String(index) },
    ];
    const common = { ...times, creationTime: index, name, externalId: name, properties };
    await records.insertRecord("registeredModel", { ...common, aliases: [], tasks: [name] });
    await records.insertRecord("run", {
      ...common,
      experimentId,
      runId: name,
      artifactUri: "",
      status: "RUNNING",
      startTime: 1,
    });
  }
  return connection;
}

describe("plans of lists of records on SQLite", () => {
  let connection: SqliteConnection;
  before(async () => {
    connection = await openWithRecords();
  });

  async function plan(kind: RecordKind, query: Partial<RecordQuery>) {
    const recording = new RecordingConnection(connection);
    const session = new SqlSession(sqliteDialect, recording, new KeyDictionary());
    const { items } = await listRecords(session, kind, { order: [], limit: 10, ...query });
    return { plans: await recording.plans(), statements: recording.queries.length, found: items.length };
  }

  const byTime = [descending(attribute("creationTime"))];
  const isSeven = is(property("t", "string"), "=", "n7");

  const driven: [title: string, kind: RecordKind, query: Partial<RecordQuery>, index: string][] = [
    ["of a property", "registeredModel", { filter: isSeven }, "registered_model_tags_value (key=? AND value=?)"],
    [
      "of a property, by time",
      "registeredModel",
      { filter: and(isSeven, not(isPresent(property("u")))), order: byTime },
      "registered_model_tags_value (key=? AND value=?)",
    ],
    [
      "of a number that none has",
      "registeredModel",
      { filter: is(property("x", "int"), ">", 5) },
      "registered_model_tags_value (key=?)",
    ],
    [
      "of a number",
      "registeredModel",
      { filter: is(property("size", "int", "double"), "=", 7) },
      "registered_model_tags_value (key=? AND value=?)",
    ],
    [
      "of a text in a list",
      "registeredModel",
      { filter: is(attribute("tasks"), "=", "n7") },
      "registered_model_labels_value (kind=? AND value=?)",
    ],
    [
      "of a name, by time",
      "registeredModel",
      { filter: is(attribute("name"), "like", "n77%"), order: byTime },
      "registered_models_name (name>? AND name<?)",
    ],
    [
      "of an external id",
      "registeredModel",
      { filter: is(attribute("externalId"), "=", "n7"), order: byTime },
      "registered_models_external_id (external_id=?)",
    ],
    [
      "of a property, among the runs of an experiment",
      "run",
      { filter: isSeven, parentId: 1 },
      "run_tags_value (experiment=? AND key=? AND value=?)",
    ],
    [
      "of a property, among those of all experiments",
      "run",
      { filter: isSeven },
      "run_tags_value (experiment=? AND key=? AND value=?)",
    ],
  ];
  for (const [title, kind, query, index] of driven) {
    it(`read the ${kind} ${title} alone`, async () => {
      const { plans } = await plan(kind, query);
      assert.ok(
        plans.some((step) => step.endsWith(`INDEX ${index}`)),
        plans.join("\n"),
      );
      assert.ok(!plans.some((step) => /^SCAN r\b/.test(step)), plans.join("\n"));
    });
  }

  it("walk along the order where most match", async () => {
    const { plans, found } = await plan("registeredModel", { filter: not(isSeven), order: byTime });
    assert.equal(found, 10);
    assert.ok(plans.includes("SCAN r USING INDEX registered_models_creation_time"), plans.join("\n"));
    assert.ok(!plans.includes("USE TEMP B-TREE FOR ORDER BY"), plans.join("\n"));
  });

  it("find ids without the index of the order", async () => {
    const { plans, found } = await plan("registeredModel", { filter: isIn(attribute("id"), 3, 4), order: byTime });
    assert.equal(found, 2);
    assert.ok(plans.includes("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"), plans.join("\n"));
  });

  const versionsInOrder: [title: string, order: RecordQuery["order"], index: string][] = [
    ["the number that all records have", [], "model_versions_model"],
    ["their name", [descending(attribute("name"))], "model_versions_name"],
    ["their number within the model", [descending(attribute("number"))], "sqlite_autoindex_model_versions_1"],
  ];
  for (const [title, order, index] of versionsInOrder) {
    it(`read the versions of a model along ${title}`, async () => {
      const filter = is(attribute("state"), "=", "active");
      const { plans } = await plan("modelVersion", { parentId: 1, filter, order });
      assert.ok(plans.includes(`SEARCH r USING INDEX ${index} (model=?)`), plans.join("\n"));
      assert.ok(!plans.some((step) => step.startsWith("USE TEMP B-TREE")), plans.join("\n"));
    });
  }

  for (const kind of ["registeredModel", "run"] as const) {
    it(`need as many statements for a long page of ${kind}s as for a short one`, async () => {
      const filter = isPresent(property("t"));
      const short = await plan(kind, { filter, limit: 2 });
      const long = await plan(kind, { filter, limit: 200 });
      assert.deepEqual([short.found, long.found], [2, 200]);
      assert.equal(long.statements, short.statements);
    });
  }
});
