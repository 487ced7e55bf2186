import { parseJson, toJson } from "../../core/json.ts";
import type { DatasetRecord, EvaluationDataset } from "../../core/model/evaluation-datasets.ts";
import type { Page, Tag } from "../../core/model/values.ts";
import type {
  EvaluationDatasetHandle,
  EvaluationDatasetReader,
  EvaluationDatasetWriter,
  HashedRecord,
} from "../../core/ports/evaluation-datasets.ts";
import { deleteKeyValue, setKeyValues } from "./key-values.ts";
import { insertRow, updateRow } from "./row-statements.ts";
import { completeEvaluationDatasets, type StoredEvaluationDatasetRow } from "./rows/evaluation-datasets.ts";
import type { EvaluationDatasetRecordRow } from "./schema.ts";
import { searchEvaluationDatasets } from "./search/evaluation-datasets.ts";
import type { SqlSession } from "./session.ts";

type RecordBody = Pick<EvaluationDatasetRecordRow, "input_hash" | "body">;

export class SqlEvaluationDatasetReader implements EvaluationDatasetReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getEvaluationDataset(datasetId: string): Promise<EvaluationDatasetHandle | undefined> {
    const rows = await this.session.all<StoredEvaluationDatasetRow>(
      "SELECT * FROM evaluation_datasets WHERE dataset_id = ?",
      [datasetId],
    );
    return (await completeEvaluationDatasets(this.session, rows))[0];
  }

  searchEvaluationDatasets(
    query: Parameters<EvaluationDatasetReader["searchEvaluationDatasets"]>[0],
  ): Promise<Page<EvaluationDataset>> {
    return searchEvaluationDatasets(this.session, query);
  }

  async getDatasetExperimentIds({ rowId }: EvaluationDatasetHandle): Promise<number[]> {
    const rows = await this.session.all<{ experiment: number }>(
      "SELECT experiment FROM evaluation_dataset_experiments WHERE dataset = ? ORDER BY experiment",
      [rowId],
    );
    return rows.map((row) => row.experiment);
  }

  async getDatasetRecords(
    { rowId }: EvaluationDatasetHandle,
    { limit, after }: Parameters<EvaluationDatasetReader["getDatasetRecords"]>[1],
  ): Promise<Page<DatasetRecord>> {
    const rows = await this.session.all<RecordBody>(
      `SELECT input_hash, body FROM evaluation_dataset_records
       WHERE dataset = ? ${after ? "AND (creation_time, record_id) > (?, ?)" : ""}
       ORDER BY creation_time, record_id LIMIT ?`,
      [rowId, ...(after ?? []), limit + 1],
    );
    const items = rows.slice(0, limit).map(toRecord);
    const last = items.at(-1);
    return { items, ...(rows.length > limit && last && { next: [last.creationTime, last.recordId] }) };
  }

  async findDatasetRecords(
    { rowId }: EvaluationDatasetHandle,
    inputHashes: readonly string[],
  ): Promise<Map<string, DatasetRecord>> {
    const { inList, listParameter } = this.session.dialect;
    const rows = await this.session.all<RecordBody>(
      `SELECT input_hash, body FROM evaluation_dataset_records WHERE dataset = ? AND ${inList("input_hash", "text")}`,
      [rowId, listParameter(inputHashes)],
    );
    return new Map(rows.map((row) => [row.input_hash, toRecord(row)]));
  }
}

export class SqlEvaluationDatasetWriter extends SqlEvaluationDatasetReader implements EvaluationDatasetWriter {
  async insertEvaluationDataset(dataset: EvaluationDataset, experimentIds: readonly number[]): Promise<void> {
    const rowId = await insertRow(this.session, "evaluation_datasets", {
      dataset_id: dataset.datasetId,
      name: dataset.name,
      digest: dataset.digest,
      schema: null,
      record_count: dataset.recordCount,
      creation_time: dataset.creationTime,
      last_update_time: dataset.lastUpdateTime,
      created_by: dataset.createdBy ?? null,
      last_updated_by: dataset.lastUpdatedBy ?? null,
    });
    const handle = { ...dataset, rowId };
    await this.setDatasetTags(handle, dataset.tags);
    await this.addDatasetToExperiments(handle, experimentIds);
  }

  async updateEvaluationDataset(
    { rowId }: EvaluationDatasetHandle,
    changes: Parameters<EvaluationDatasetWriter["updateEvaluationDataset"]>[1],
  ): Promise<void> {
    await updateRow(this.session, "evaluation_datasets", rowId, {
      digest: changes.digest,
      schema: changes.schema && JSON.stringify(changes.schema),
      record_count: changes.recordCount,
      last_update_time: changes.lastUpdateTime,
      last_updated_by: changes.lastUpdatedBy,
    });
  }

  async deleteEvaluationDataset({ rowId }: EvaluationDatasetHandle): Promise<void> {
    await this.session.run("DELETE FROM evaluation_datasets WHERE id = ?", [rowId]);
  }

  setDatasetTags({ rowId }: EvaluationDatasetHandle, tags: readonly Tag[]): Promise<void> {
    return setKeyValues(this.session, "evaluation_dataset_tags", rowId, tags);
  }

  deleteDatasetTag({ rowId }: EvaluationDatasetHandle, key: string): Promise<boolean> {
    return deleteKeyValue(this.session, "evaluation_dataset_tags", rowId, key);
  }

  async addDatasetToExperiments({ rowId }: EvaluationDatasetHandle, experimentIds: readonly number[]): Promise<void> {
    await this.session.insertAll(
      {
        table: "evaluation_dataset_experiments",
        columns: { dataset: "integer", experiment: "integer" },
        onConflict: "DO NOTHING",
      },
      experimentIds.map((id) => [rowId, id]),
    );
  }

  removeDatasetFromExperiments({ rowId }: EvaluationDatasetHandle, experimentIds: readonly number[]): Promise<number> {
    const { inList, listParameter } = this.session.dialect;
    return this.session.run(
      `DELETE FROM evaluation_dataset_experiments WHERE dataset = ? AND ${inList("experiment", "integer")}`,
      [rowId, listParameter(experimentIds)],
    );
  }

  async putDatasetRecords({ rowId }: EvaluationDatasetHandle, records: readonly HashedRecord[]): Promise<void> {
    await this.session.insertAll(
      {
        table: "evaluation_dataset_records",
        columns: { record_id: "text", dataset: "integer", input_hash: "text", body: "text", creation_time: "integer" },
        onConflict: "(dataset, input_hash) DO UPDATE SET body = excluded.body",
      },
      records.map(({ inputHash, record }) => [record.recordId, rowId, inputHash, toJson(record), record.creationTime]),
    );
  }

  deleteDatasetRecords({ rowId }: EvaluationDatasetHandle, recordIds: readonly string[]): Promise<number> {
    const { inList, listParameter } = this.session.dialect;
    return this.session.run(
      `DELETE FROM evaluation_dataset_records WHERE dataset = ? AND ${inList("record_id", "text")}`,
      [rowId, listParameter(recordIds)],
    );
  }
}

function toRecord({ body }: RecordBody): DatasetRecord {
  return parseJson(body) as DatasetRecord;
}
