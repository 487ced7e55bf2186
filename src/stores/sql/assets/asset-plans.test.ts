import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RunHandle } from "../../../core/model/runs.ts";
import type { AssetQuery } from "../../../core/ports/assets.ts";
import { ascending, attribute, descending, is } from "../../testkit/conditions.ts";
import { RecordingConnection } from "../../testkit/recording-connection.ts";
import { newModel, newVersion } from "../../testkit/registry-fixtures.ts";
import { newExperiment, newRun } from "../../testkit/tracking-fixtures.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { migrateSqlite } from "../sqlite/migrate.ts";
import { SqliteConnection } from "../sqlite/sqlite-connection.ts";

const PARENTS = 50;

describe("statements for assets on SQLite", () => {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  const dictionary = new KeyDictionary();
  const writer = createWriter(new SqlSession(sqliteDialect, connection, dictionary));
  const runs: RunHandle[] = [];
  let versionId = 0;
  let experimentId = 0;
  before(async () => {
    await migrateSqlite(connection);
    experimentId = await writer.experiments.insertExperiment(newExperiment("e"));
    const model = { id: await writer.registeredModels.insertRegisteredModel(newModel("m")), name: "m" };
    for (let index = 0; index < PARENTS; index++) {
      const run = await writer.runs.insertRun(newRun(`run-${index}`, experimentId));
      runs.push(run);
      const keys = ["a", "b"];
      await writer.runs.logMetrics(
        run,
        keys.map((key) => ({ key, value: 1, step: 0, timestamp: 1 })),
      );
      await writer.runs.insertParams(
        run,
        keys.map((key) => ({ key, value: "1" })),
      );
      const dataset = { name: "d", digest: "1", sourceType: "", source: "" };
      await writer.runs.logDatasetInputs(run, [{ dataset, tags: [{ key: "t", value: "v" }] }], index);
      versionId = (await writer.modelVersions.insertModelVersion(newVersion(model, { source: "s3://a" }))).id;
      await writer.loggedModels.insertLoggedModel({
        modelId: `m-${index}`,
        experimentId,
        name: "l",
        artifactLocation: "",
        creationTime: index,
        lastUpdateTime: index,
        status: "READY",
        sourceRunId: run.runId,
        params: [],
        tags: [{ key: "t", value: "v" }],
      });
      const properties = [{ key: "p", type: "int" as const, value: "1" }];
      const asset = { kind: "document", name: "doc", versionId, creationTime: index, lastUpdateTime: 1 } as const;
      await writer.assets.insertAsset({ ...asset, properties });
    }
  });
  after(() => connection.close());

  async function record(work: (writer: ReturnType<typeof createWriter>) => Promise<unknown>) {
    const recording = new RecordingConnection(connection);
    await work(createWriter(new SqlSession(sqliteDialect, recording, dictionary)));
    return recording;
  }
  const list = (query: Partial<AssetQuery>) =>
    record(({ assets }) => assets.listAssets({ order: [], limit: 10, ...query }));

  it("are as many for a long page as for a short one", async () => {
    for (const query of [{}, { kinds: ["model"] }, { order: [ascending(attribute("name"))] }] as const) {
      const count = async (limit: number) => (await list({ ...query, limit })).queries.length;
      const longest = await count(10_000);
      assert.ok(longest <= 9, `${longest} statements`);
      assert.ok((await count(1)) <= longest);
      assert.equal(await count(5000), longest);
    }
  });

  it("are few for one asset, and for the source of a version", async () => {
    assert.equal((await record(({ assets }) => assets.getAsset(1))).queries.length, 2);
    const parent = { versionId };
    const find = await record(({ assets }) => assets.findAssets({ name: "m", parent, kind: "model" }));
    assert.equal(find.queries.length, 3);
    assert.equal((await record(({ assets }) => assets.findAssets({ externalId: "none" }))).queries.length, 1);
  });

  it("read no table whole, and sort none, for a page of one kind, also by time", async () => {
    const up = [ascending(attribute("creationTime"))];
    const down = [descending(attribute("lastUpdateTime")), descending(attribute("id"))];
    for (const order of [[], up, down]) {
      const plans = await (await list({ kinds: ["model"], order })).plans();
      assert.deepEqual(plans.filter(isWhole), []);
    }
  });

  it("go along the tables' own order for a page of all kinds, wherever it begins", async () => {
    const metrics = await (await list({ after: [1, runs[9]?.rowId ?? 0, 1], kinds: ["metric"] })).plans();
    assert.ok(metrics.includes("SEARCH m USING PRIMARY KEY (run>?)"), metrics.join("\n"));
    const plans = await (await list({ limit: 1000 })).plans();
    assert.deepEqual(plans.slice(0, 3), ["SCAN a", "SCAN m", "SCAN m"]);
  });

  it("read what belongs to a parent alone", async () => {
    const parents = [{ versionId }, { runId: runs[3]?.rowId ?? 0 }];
    for (const parent of parents) {
      for (const order of [[], [ascending(attribute("lastUpdateTime"))]]) {
        const plans = await (await list({ parent, order })).plans();
        assert.deepEqual(plans.filter(isScan), []);
      }
    }
    const ofRun = await (await list({ filter: is(attribute("runId"), "=", 3) })).plans();
    assert.deepEqual(ofRun.filter(isScan), []);
  });

  describe("that remove a run or an experiment", () => {
    const counts = async () => {
      const rows = await connection.all<{ rows: number }>(
        `SELECT count(*) AS rows FROM assets UNION ALL SELECT count(*) FROM asset_properties
         UNION ALL SELECT count(*) FROM asset_links`,
      );
      return rows.map(({ rows: count }) => count);
    };
    /** Gives a metric of the run a property and another parent. */
    const describeMetric = async ({ rowId }: RunHandle) => {
      const [metric] = await writer.assets.findAssets({ name: "a", parent: { runId: rowId } });
      assert.ok(metric);
      await writer.assets.linkAsset(metric, { versionId });
      await connection.run("INSERT INTO asset_properties (asset, key, value) VALUES (?, 'k', 'v')", [metric.id]);
    };

    it("leave nothing of its assets, but logged models outlive their run", async () => {
      const [first, second] = runs as [RunHandle, RunHandle];
      const [assets = 0, properties = 0, links = 0] = await counts();
      await describeMetric(first);
      await describeMetric(second);
      await writer.records.deleteRecord("run", first.rowId);
      assert.deepEqual(await counts(), [assets - 1, properties + 1, links + 1]);
      const [logged] = await writer.assets.findAssets({ loggedModelId: "m-0" });
      assert.deepEqual([logged?.runId, logged?.experimentId], [undefined, experimentId]);
      await writer.records.deleteRecord("experiment", experimentId);
      assert.deepEqual(await counts(), [assets - 2 * PARENTS, properties, links]);
    });
  });
});

/** A table or an index that is read from end to end; the lists of numbers that statements are given are none. */
function isScan(step: string): boolean {
  return /^SCAN (?!x VIRTUAL|json_each)/.test(step);
}

function isWhole(step: string): boolean {
  return isScan(step) || step.includes("TEMP B-TREE");
}
