import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { Filter } from "../../../core/filter/filter.ts";
import {
  and,
  ascending,
  attribute,
  dataset,
  descending,
  is,
  isIn,
  metric,
  not,
  or,
  param,
  tag,
} from "../../testkit/conditions.ts";
import { RecordingConnection } from "../../testkit/recording-connection.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { SqlRunWriter } from "../runs.ts";
import { SqlSession } from "../session.ts";
import { migrateSqlite } from "../sqlite/migrate.ts";
import { SqliteConnection } from "../sqlite/sqlite-connection.ts";
import type { RunQuery } from "./run-search.ts";
import { searchRuns } from "./runs.ts";

const RUNS = 2000;
const EXPERIMENTS = [1, 2];

/** Every `common` value is in half of the runs, each `rare` one in two of them. */
async function openWithRuns(): Promise<SqliteConnection> {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  await migrateSqlite(connection);
  const session = new SqlSession(sqliteDialect, connection, new KeyDictionary());
  for (const id of EXPERIMENTS) {
    await session.run(
      `INSERT INTO experiments (id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
       VALUES (?, ?, '', 'active', 1, 1)`,
      [id, `e${id}`],
    );
  }
  const writer = new SqlRunWriter(session);
  for (let index = 0; index < RUNS; index++) {
    const run = await writer.insertRun({
      runId: `run${index}`,
      experimentId: (index % 2) + 1,
      name: `name${index}`,
      userId: "",
      status: "FINISHED",
      startTime: index,
      endTime: index + 10,
      artifactUri: "",
      lifecycleStage: index < 10 ? "deleted" : "active",
    });
    await writer.logMetrics(run, [{ key: "m", value: index / RUNS, timestamp: 1, step: 0 }]);
    await writer.insertParams(run, [{ key: "p", value: index % 4 < 2 ? "common" : `rare${index >> 1}` }]);
    await writer.setRunTags(run, [{ key: "t", value: index % 4 < 2 ? "common" : `rare${index >> 1}` }]);
    const data = { name: index < 3 ? "small" : "large", digest: "d", sourceType: "", source: "" };
    await writer.logDatasetInputs(run, [{ dataset: data, tags: [] }], 1);
  }
  return connection;
}

describe("plans of the search for runs on SQLite", () => {
  let connection: SqliteConnection;
  const keys = new KeyDictionary();
  before(async () => {
    connection = await openWithRuns();
    for (const { id, name } of await connection.all<{ id: number; name: string }>("SELECT id, name FROM keys")) {
      keys.remember(name, id);
    }
  });

  async function plan(query: Partial<RunQuery>): Promise<{ plans: string[]; statements: number; found: number }> {
    const recording = new RecordingConnection(connection);
    const { items } = await searchRuns(new SqlSession(sqliteDialect, recording, keys), {
      order: [],
      limit: 10,
      view: "active",
      experimentIds: EXPERIMENTS,
      ...query,
    });
    const plans = await recording.plans();
    return { plans, statements: recording.queries.length, found: items.length };
  }

  const common: Filter = is(param("p"), "=", "common");
  const rare: Filter = is(tag("t"), "=", "rare77");
  const walks: [title: string, query: Partial<RunQuery>, index: string][] = [
    ["the default order", {}, "r USING COVERING INDEX runs_start_time (experiment=?)"],
    ["one experiment", { experimentIds: [1] }, "r USING COVERING INDEX runs_start_time (experiment=?)"],
    ["oldest first", { order: [ascending(attribute("startTime"))] }, "r USING COVERING INDEX runs_start_time"],
    [
      "a deep page",
      { after: [700, "run700"] },
      "r USING COVERING INDEX runs_start_time (experiment=? AND start_time<?)",
    ],
    [
      "a metric",
      { order: [descending(metric("m"))] },
      "m USING COVERING INDEX latest_metrics_value (experiment=? AND key=?",
    ],
    [
      "a metric with a filter",
      { order: [ascending(metric("m"))], filter: common },
      "m USING COVERING INDEX latest_metrics_value",
    ],
    [
      "a metric with a filter on it",
      { order: [ascending(metric("m"))], filter: is(metric("m"), ">", 0.1) },
      "m USING COVERING INDEX latest_metrics_value (experiment=? AND key=? AND value>?",
    ],
    [
      "a deep page of a metric",
      { order: [descending(metric("m"))], after: [0, 0.5, 1000, "run1000"] },
      "m USING COVERING INDEX latest_metrics_value (experiment=? AND key=? AND value>? AND value<?)",
    ],
    [
      "a param",
      { order: [descending(param("p"))] },
      "m USING COVERING INDEX run_params_value (experiment=? AND key=?)",
    ],
    [
      "a tag",
      { order: [ascending(tag("t"))], filter: common },
      "m USING COVERING INDEX run_tags_value (experiment=? AND key=?)",
    ],
    ["a name", { order: [ascending(attribute("name"))] }, "r USING INDEX runs_name (experiment=?)"],
    [
      "an end",
      { order: [descending(attribute("endTime"))] },
      "r USING INDEX runs_end_time (experiment=? AND end_time>?)",
    ],
    ["a common filter", { filter: common }, "r USING COVERING INDEX runs_start_time (experiment=?)"],
    ["what is not so", { filter: not(rare) }, "r USING COVERING INDEX runs_start_time (experiment=?)"],
    ["one rare or common", { filter: or(rare, common) }, "r USING COVERING INDEX runs_start_time (experiment=?)"],
  ];
  for (const [title, query, index] of walks) {
    it(`walks along the order for ${title}`, async () => {
      const { plans, found } = await plan(query);
      assert.equal(found, 10);
      assert.ok(
        plans.some((step) => step.includes(`SEARCH ${index}`)),
        plans.join("\n"),
      );
      assertNoScan(plans);
      assert.ok(!plans.includes("USE TEMP B-TREE FOR ORDER BY"), plans.join("\n"));
    });
  }

  const driven: [title: string, query: Partial<RunQuery>, index: string][] = [
    ["a rare value", { filter: rare }, "x USING COVERING INDEX run_tags_value (experiment=? AND key=? AND value=?)"],
    ["a value that no run has", { filter: is(param("p"), "=", "none") }, "x USING COVERING INDEX run_params_value"],
    ["a rare value among others", { filter: and(common, not(common), rare) }, "x USING COVERING INDEX run_tags_value"],
    ["rare values", { filter: isIn(tag("t"), "rare77", "rare79") }, "x USING COVERING INDEX run_tags_value"],
    [
      "one rare or the other",
      { filter: or(rare, is(metric("m"), ">", 0.999)) },
      "x USING COVERING INDEX latest_metrics_value",
    ],
    ["names that begin so", { filter: is(attribute("name"), "like", "name123%") }, "r USING COVERING INDEX runs_name"],
    [
      "a narrow range",
      { filter: and(is(metric("m"), ">", 0.5), is(metric("m"), "<", 0.505)) },
      "x USING COVERING INDEX latest_metrics_value (experiment=? AND key=? AND value>? AND value<?)",
    ],
    [
      "an id",
      { filter: is(attribute("runId"), "=", "run500") },
      "r USING COVERING INDEX sqlite_autoindex_runs_1 (run_id=?)",
    ],
    [
      "a small dataset",
      { filter: is(dataset("name"), "=", "small") },
      "x USING COVERING INDEX run_datasets_dataset (dataset=?)",
    ],
    ["deleted runs", { view: "deleted" }, "r USING COVERING INDEX runs_deleted (experiment=?)"],
  ];
  for (const [title, query, index] of driven) {
    it(`reads the candidates alone for ${title}`, async () => {
      for (const order of [[], [descending(metric("m"))]]) {
        const { plans } = await plan({ ...query, order });
        assert.ok(
          plans.some((step) => step.includes(`SEARCH ${index}`)),
          plans.join("\n"),
        );
        assert.ok(
          !plans.some((step) => step.includes("SEARCH r USING COVERING INDEX runs_start_time")),
          plans.join("\n"),
        );
        assertNoScan(plans);
      }
    });
  }

  it("reads no run for a key that is in none", async () => {
    assert.equal((await plan({ filter: is(tag("unheard"), "=", "x") })).statements, 1);
  });

  it("needs as many statements for a long page as for a short one", async () => {
    for (const query of [{}, { filter: common, order: [descending(metric("m"))] }]) {
      const short = await plan({ ...query, limit: 2 });
      const long = await plan({ ...query, limit: 400 });
      assert.deepEqual([short.found, long.found], [2, 400]);
      assert.equal(long.statements, short.statements);
    }
  });
});

/** Lists that a statement carries, and subqueries, may be gone through whole; tables may not. */
function assertNoScan(plans: readonly string[]): void {
  const scans = plans.filter((step) => /^SCAN (?!CONSTANT ROW|json_each|\(subquery|counted|c$)/.test(step));
  assert.deepEqual(scans, [], plans.join("\n"));
}
