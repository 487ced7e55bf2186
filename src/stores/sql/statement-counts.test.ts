import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RunHandle } from "../../core/model/runs.ts";
import { CountingConnection } from "../testkit/counting-connection.ts";
import { newExperiment, newRun } from "../testkit/tracking-fixtures.ts";
import { sqliteDialect } from "./dialects/sqlite.ts";
import { KeyDictionary } from "./keys.ts";
import { applyMigrations } from "./migrator.ts";
import { createWriter } from "./reader-writer.ts";
import { completeRuns, type StoredRunRow } from "./run-data.ts";
import { SqlSession } from "./session.ts";
import { SqliteConnection } from "./sqlite/sqlite-connection.ts";

describe("numbers of statements", () => {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  const counting = new CountingConnection(connection);
  const dictionary = new KeyDictionary();
  const newSession = () => new SqlSession(sqliteDialect, counting, dictionary);
  let run: RunHandle;

  /** Statements that `work` needs in a transaction of its own, once its keys are known. */
  async function count(work: (session: SqlSession) => Promise<unknown>): Promise<number> {
    const session = newSession();
    await work(session);
    session.keys.commit();
    counting.count = 0;
    await work(newSession());
    return counting.count;
  }

  before(async () => {
    await applyMigrations(newSession(), 0);
    const { experiments, runs } = createWriter(newSession());
    const experiment = await experiments.insertExperiment(newExperiment("e"));
    for (let index = 0; index < 50; index++) {
      run = await runs.insertRun(newRun(`run-${index}`, experiment));
      await runs.logMetrics(run, points(3));
      await runs.insertParams(run, values(3));
      await runs.setRunTags(run, values(3));
      await runs.logDatasetInputs(run, datasets(2), 1);
      await runs.logModelInputs(run, [`m-${index}`]);
    }
  });
  after(() => connection.close());

  const points = (length: number) =>
    Array.from({ length }, (_, step) => ({ key: `m${step % 7}`, value: step, timestamp: 1, step }));
  const values = (length: number) => Array.from({ length }, (_, index) => ({ key: `k${index}`, value: "v" }));
  const datasets = (length: number) =>
    Array.from({ length }, (_, index) => ({
      dataset: { name: `d${index}`, digest: "1", sourceType: "local", source: "" },
      tags: values(2),
    }));

  it("are the same for one run and for fifty", async () => {
    const rows = await newSession().all<StoredRunRow>("SELECT * FROM runs");
    assert.equal(await count((session) => completeRuns(session, rows.slice(0, 1))), 6);
    assert.equal(await count((session) => completeRuns(session, rows)), 6);
  });

  it("are the same for one value and for a thousand", async () => {
    for (const length of [1, 1000]) {
      assert.equal(await count((session) => createWriter(session).runs.logMetrics(run, points(length))), 2);
      assert.equal(await count((session) => createWriter(session).runs.insertParams(run, values(length))), 1);
      assert.equal(await count((session) => createWriter(session).runs.setRunTags(run, values(length))), 1);
      assert.equal(await count((session) => createWriter(session).runs.logDatasetInputs(run, datasets(length), 1)), 6);
    }
  });

  it("are the same for one run's history and for fifty", async () => {
    const key = "m0";
    for (const length of [1, 50]) {
      const runIds = Array.from({ length }, (_, index) => `run-${index}`);
      const bulk = count((session) => createWriter(session).metrics.getMetricHistoryBulk({ runIds, key, limit: 1000 }));
      assert.equal(await bulk, 1);
    }
  });

  it("are few for a metric that is set by the number of its run", async () => {
    let step = 0;
    const put = async (session: SqlSession) => {
      const { runValues } = createWriter(session);
      const target = await runValues.getRunValue(run.rowId, { kind: "metric", name: "m0" });
      if (target) await runValues.logMetric(target, { value: 1, timestamp: 1, step: ++step }, 1);
    };
    assert.equal(await count(put), 3);
    assert.equal(
      await count((session) => createWriter(session).metrics.listMetricPoints({ order: [], limit: 1000 })),
      1,
    );
  });
});
