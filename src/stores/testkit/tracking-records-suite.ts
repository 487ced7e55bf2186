import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { NewRecord, RecordKind } from "../../core/model/records.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { mustGetRun, withRun } from "./tracking-fixtures.ts";

/** What every store must do with experiments and runs as records by number. `open` gives an empty store. */
export function testTrackingRecords(name: string, open: () => Promise<MetadataStore>): void {
  describe(`records of experiments and runs: ${name}`, () => {
    let store: MetadataStore;
    let experimentId: number;
    before(async () => {
      store = await open();
      experimentId = await insert("experiment", newExperiment("home"));
    });
    after(() => store.close());

    const insert = <Kind extends RecordKind>(kind: Kind, record: NewRecord<Kind>) =>
      store.transact(({ records }) => records.insertRecord(kind, record));
    const get = (kind: RecordKind, id: number) => store.read(({ records }) => records.getRecord(kind, id));
    const newRun = (runId: string, fields: Partial<NewRecord<"run">> = {}): NewRecord<"run"> => ({
      ...common(`name of ${runId}`),
      runId,
      experimentId,
      artifactUri: "mlflow-artifacts:/x",
      status: "RUNNING",
      ...fields,
    });
    const everything: Partial<NewRecord<"experiment">> = {
      description: "d",
      owner: "ann",
      externalId: "x",
      creationTime: 2n ** 60n,
      lastUpdateTime: 2n ** 60n + 1n,
      state: "deleted",
      properties: [
        { key: "depth", type: "int", value: "3" },
        { key: "team", type: "string", value: "red" },
      ],
    };

    it("keeps them as they were given, with and without what is optional", async () => {
      for (const record of [newExperiment("least"), newExperiment("full", everything)]) {
        const id = await insert("experiment", record);
        assert.deepEqual(await get("experiment", id), { ...record, id });
      }
      const full = newRun("full", { ...everything, status: "KILLED", startTime: -1, endTime: 2n ** 61n });
      for (const record of [newRun("least"), full]) {
        const id = await insert("run", record);
        assert.deepEqual(await get("run", id), { ...record, id });
      }
    });

    it("has a run without a start begin when it was made, for those who know no other run", async () => {
      await insert("run", newRun("no start", { creationTime: 77 }));
      assert.equal((await mustGetRun(store, "no start")).info.startTime, 77);
    });

    it("says when a run was changed last, however that was", async () => {
      const id = await insert("run", newRun("changed"));
      const changedAt = async () => (await store.read(({ records }) => records.getRecord("run", id)))?.lastUpdateTime;
      await withRun(store, "changed", ({ runs }, run) => runs.updateRun(run, { status: "FINISHED" }, 60));
      assert.equal(await changedAt(), 60);
      await withRun(store, "changed", ({ runs }, run) => runs.setRunLifecycleStage(run, "deleted", 70));
      assert.equal(await changedAt(), 70);
      await store.transact(({ runs }) => runs.setLifecycleStageOfRuns(experimentId, "active", 80));
      assert.equal(await changedAt(), 80);
    });

    it("keeps a description as the note, and a name as the tag that repeats it", async () => {
      const nameTag = { key: "mlflow.runName", type: "string", value: "named" } as const;
      const id = await insert("run", newRun("tagged", { description: "said", properties: [nameTag] }));
      const { tags } = await mustGetRun(store, "tagged");
      assert.deepEqual(
        new Map(tags.map(({ key, value }) => [key, value])),
        new Map([
          ["mlflow.runName", "named"],
          ["mlflow.note.content", "said"],
        ]),
      );
      await store.transact(({ records }) => records.updateRecord("run", id, { properties: [] }));
      assert.equal((await mustGetRun(store, "tagged")).tags.length, 2);
      const run = await store.read(({ records }) => records.getRecord("run", id));
      assert.deepEqual([run?.description, run?.properties], ["said", []]);
    });

    it("removes an experiment with its runs and what they have", async () => {
      const doomed = await insert("experiment", newExperiment("doomed"));
      const run = await insert("run", newRun("doomed", { experimentId: doomed }));
      const { id } = await store.transact(async ({ runValues }) => {
        const target = await runValues.getRunValue(run, { kind: "metric", name: "m" });
        assert.ok(target);
        await runValues.logMetric(target, { value: 1, step: 1, timestamp: 1 }, 1);
        await runValues.putDetails(target.id, {
          description: "d",
          properties: [{ key: "k", type: "string", value: "v" }],
        });
        return target;
      });
      await store.transact(({ records }) => records.deleteRecord("experiment", doomed));
      assert.equal(await get("experiment", doomed), undefined);
      assert.equal(await get("run", run), undefined);
      assert.equal(await store.read(({ assets }) => assets.getAsset(id)), undefined);
      assert.ok(await get("experiment", experimentId));
    });
  });
}

function common(
  name: string,
): Pick<NewRecord<"run">, "name" | "state" | "creationTime" | "lastUpdateTime" | "properties"> {
  return { name, state: "active", creationTime: 1, lastUpdateTime: 2, properties: [] };
}

function newExperiment(name: string, fields: Partial<NewRecord<"experiment">> = {}): NewRecord<"experiment"> {
  return { ...common(name), artifactLocation: "mlflow-artifacts:/x", ...fields };
}
