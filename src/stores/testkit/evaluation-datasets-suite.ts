import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { isCoreError } from "../../core/errors.ts";
import type { DatasetRecord, EvaluationDataset } from "../../core/model/evaluation-datasets.ts";
import { requireDataset } from "../../core/ops/evaluation-datasets.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

const dataset = (datasetId: string, fields: Partial<EvaluationDataset> = {}): EvaluationDataset => ({
  datasetId,
  name: datasetId,
  digest: "12345678",
  recordCount: 0,
  creationTime: 1,
  lastUpdateTime: 1,
  tags: [],
  ...fields,
});

const record = (recordId: string, fields: Partial<DatasetRecord> = {}): DatasetRecord => ({
  recordId,
  inputs: { question: recordId },
  outputs: {},
  creationTime: 1,
  lastUpdateTime: 1,
  ...fields,
});

/** What every store of evaluation datasets must do. `open` gives an empty store. */
export function testEvaluationDatasets(name: string, open: () => Promise<MetadataStore>): void {
  describe(`evaluation datasets: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    const insert = (given: EvaluationDataset, experimentIds: readonly number[] = []) =>
      store.transact(({ evaluationDatasets }) => evaluationDatasets.insertEvaluationDataset(given, experimentIds));
    const get = (datasetId: string) =>
      store.read(({ evaluationDatasets }) => requireDataset(evaluationDatasets, datasetId));
    const recordsOf = async (datasetId: string, limit = 10, after?: readonly (string | number)[]) =>
      store.read(async ({ evaluationDatasets }) =>
        evaluationDatasets.getDatasetRecords(await requireDataset(evaluationDatasets, datasetId), {
          limit,
          ...(after && { after }),
        }),
      );
    const put = (datasetId: string, records: readonly [string, DatasetRecord][]) =>
      store.transact(async ({ evaluationDatasets }) =>
        evaluationDatasets.putDatasetRecords(
          await requireDataset(evaluationDatasets, datasetId),
          records.map(([inputHash, one]) => ({ inputHash, record: one })),
        ),
      );

    it("keeps a dataset as it was given, and its changes", async () => {
      const given = dataset("d-kept", { createdBy: "ada", tags: [{ key: "team", value: "ä" }] });
      await insert(given);
      const { rowId: _rowId, ...kept } = await get("d-kept");
      assert.deepEqual(kept, given);
      const schema = { inputs: { question: "string" }, outputs: {}, expectations: {}, version: "1.0" } as const;
      await store.transact(async ({ evaluationDatasets }) => {
        const handle = await requireDataset(evaluationDatasets, "d-kept");
        await evaluationDatasets.updateEvaluationDataset(handle, { schema, recordCount: 3, lastUpdatedBy: "bob" });
        await evaluationDatasets.deleteDatasetTag(handle, "team");
      });
      const { rowId: _changedRowId, ...changed } = await get("d-kept");
      assert.deepEqual(changed, { ...given, schema, recordCount: 3, lastUpdatedBy: "bob", tags: [] });
    });

    it("keeps one record for equal inputs, with integers of any length, and pages them", async () => {
      await insert(dataset("d-records"));
      await put("d-records", [
        ["h1", record("dr-1")],
        ["h2", record("dr-2", { inputs: { id: 12345678901234567890n } })],
        ["h3", record("dr-3", { creationTime: 2 })],
      ]);
      await put("d-records", [["h1", record("dr-1", { expectations: { answer: 42 } })]]);
      const first = await recordsOf("d-records", 2);
      assert.deepEqual(first.items, [
        record("dr-1", { expectations: { answer: 42 } }),
        record("dr-2", { inputs: { id: 12345678901234567890n } }),
      ]);
      const second = await recordsOf("d-records", 2, first.next as (string | number)[]);
      assert.deepEqual(
        second.items.map(({ recordId }) => recordId),
        ["dr-3"],
      );
      assert.equal(second.next, undefined);
      const found = await store.read(async ({ evaluationDatasets }) =>
        evaluationDatasets.findDatasetRecords(await requireDataset(evaluationDatasets, "d-records"), ["h3", "h9"]),
      );
      assert.deepEqual([...found.keys()], ["h3"]);
    });

    it("deletes records by id, and a dataset with everything that is its own", async () => {
      await insert(dataset("d-deleted", { tags: [{ key: "a", value: "b" }] }));
      await put("d-deleted", [["h1", record("dr-a")]]);
      await store.transact(async ({ evaluationDatasets }) => {
        const handle = await requireDataset(evaluationDatasets, "d-deleted");
        assert.equal(await evaluationDatasets.deleteDatasetRecords(handle, ["dr-a", "dr-unknown"]), 1);
        await evaluationDatasets.deleteEvaluationDataset(handle);
      });
      await assert.rejects(get("d-deleted"), (error) => isCoreError(error, "notFound"));
    });

    it("finds datasets by experiment, name and tag, newest first", async () => {
      const experiment = {
        artifactLocation: "mlflow-artifacts:/1",
        lifecycleStage: "active",
        creationTime: 1,
        lastUpdateTime: 1,
        tags: [],
      } as const;
      const ids = await store.transact(async ({ experiments }) => [
        await experiments.insertExperiment({ ...experiment, tags: [], name: "one" }),
        await experiments.insertExperiment({ ...experiment, tags: [], name: "two" }),
      ]);
      const [one = 0, two = 0] = ids;
      await insert(dataset("d-s1", { name: "searched 1", creationTime: 10, tags: [{ key: "k", value: "x" }] }), [one]);
      await insert(dataset("d-s2", { name: "searched 2", creationTime: 20, tags: [{ key: "k", value: "x" }] }), [
        one,
        two,
      ]);
      await insert(dataset("d-s3", { name: "searched 3", creationTime: 30 }), [two]);
      const search = async (experimentIds: readonly number[], value: string) => {
        const page = await store.read(({ evaluationDatasets }) =>
          evaluationDatasets.searchEvaluationDatasets({
            experimentIds,
            filter: {
              kind: "and",
              operands: [
                {
                  kind: "comparison",
                  field: { kind: "attribute", name: "name" },
                  operator: "like",
                  value: "searched%",
                },
                { kind: "comparison", field: { kind: "tag", key: "k" }, operator: "=", value },
              ],
            },
            order: [],
            limit: 10,
          }),
        );
        return page.items.map(({ datasetId }) => datasetId);
      };
      assert.deepEqual(await search([one, two], "x"), ["d-s2", "d-s1"]);
      assert.deepEqual(await search([two], "x"), ["d-s2"]);
      assert.deepEqual(await search([], "y"), []);
      await store.transact(async ({ evaluationDatasets }) => {
        const handle = await requireDataset(evaluationDatasets, "d-s2");
        assert.deepEqual(await evaluationDatasets.getDatasetExperimentIds(handle), [one, two]);
        assert.equal(await evaluationDatasets.removeDatasetFromExperiments(handle, [two, 999]), 1);
      });
      assert.deepEqual(await search([two], "x"), []);
    });
  });
}
