import type { Property } from "../../../core/model/properties.ts";
import type { NewRecord, RecordChanges, RecordKind } from "../../../core/model/records.ts";
import type { Int64 } from "../../../core/model/values.ts";
import type { RecordWriter } from "../../../core/ports/records.ts";
import { deleteAssetsOf } from "../assets/removal.ts";
import type { SqlValue } from "../connection.ts";
import { keepFromAssigning } from "../row-statements.ts";
import type { SqlSession } from "../session.ts";
import { replaceLabels } from "./labels.ts";
import { insertProperties, replaceProperties, setDescriptionTag } from "./properties.ts";
import { SqlRecordReader } from "./record-reader.ts";
import { RECORD_TABLES, type RecordTable } from "./tables.ts";

type Values = Readonly<Record<string, unknown>>;

export class SqlRecordWriter extends SqlRecordReader implements RecordWriter {
  async insertRecord<Kind extends RecordKind>(kind: Kind, record: NewRecord<Kind>): Promise<number> {
    const table = RECORD_TABLES[kind];
    const columns = { ...table.fixed, ...columnsOfAbsent(table, record), ...columnsOf(table, record) };
    const names = Object.keys(columns);
    const row = await this.session.first<{ id: number }>(
      `INSERT INTO ${table.table} (${names.join()}) VALUES (${names.map(() => "?").join()}) RETURNING id`,
      Object.values(columns),
    );
    if (row === undefined) throw new Error(`A record inserted into ${table.table} has no id`);
    if (record.id !== undefined) await keepFromAssigning(this.session, table.table, row.id);
    await insertProperties(this.session, table, row.id, record.properties);
    await this.#writeBesideColumns(table, row.id, record);
    return row.id;
  }

  async updateRecord<Kind extends RecordKind>(kind: Kind, id: number, changes: RecordChanges<Kind>): Promise<void> {
    const table = RECORD_TABLES[kind];
    const columns = columnsOf(table, changes);
    const names = Object.keys(columns);
    if (names.length > 0) {
      await this.session.run(`UPDATE ${table.table} SET ${names.map((name) => `${name} = ?`).join()} WHERE id = ?`, [
        ...Object.values(columns),
        id,
      ]);
    }
    const { properties } = changes as { properties?: readonly Property[] };
    if (properties) await replaceProperties(this.session, table, id, properties);
    await this.#writeBesideColumns(table, id, changes);
  }

  async deleteRecord(kind: RecordKind, id: number): Promise<void> {
    await deleteAssetsOf(this.session, kind, id);
    if (kind === "experiment") await deleteContents(this.session, id);
    await this.session.run(`DELETE FROM ${RECORD_TABLES[kind].table} WHERE id = ?`, [id]);
  }

  async #writeBesideColumns(table: RecordTable, id: number, values: Values): Promise<void> {
    const { descriptionTag } = table;
    if (descriptionTag !== undefined && typeof values.description === "string") {
      await setDescriptionTag(this.session, table, id, descriptionTag, values.description);
    }
    for (const kind of table.lists ?? []) {
      const labels = values[kind] as readonly string[] | undefined;
      if (labels) await replaceLabels(this.session, id, kind, labels);
    }
  }
}

/** What is in an experiment does not go with its row, so that nothing else removes runs by accident. */
async function deleteContents(session: SqlSession, experiment: number): Promise<void> {
  await session.run("DELETE FROM runs WHERE experiment = ?", [experiment]);
  await session.run("DELETE FROM logged_models WHERE experiment = ?", [experiment]);
}

function columnsOfAbsent({ absent = {} }: RecordTable, record: { creationTime: Int64 }): Record<string, SqlValue> {
  const missing = Object.entries(absent).filter(
    ([attribute]) => record[attribute as keyof typeof record] === undefined,
  );
  return Object.assign({}, ...missing.map(([, columns]) => columns(record)));
}

/** The columns of those attributes that are given; a record that is archived or back has the time of that too. */
function columnsOf(table: RecordTable, values: Values): Record<string, SqlValue> {
  const columns: Record<string, SqlValue> = {};
  for (const [attribute, { column }] of Object.entries(table.columns)) {
    const value = values[attribute];
    if (value !== undefined) columns[column] = value as SqlValue;
  }
  if (table.deletedTime && values.state !== undefined) {
    columns.deleted_time = values.state === "deleted" ? ((values.lastUpdateTime as SqlValue) ?? null) : null;
  }
  return columns;
}
