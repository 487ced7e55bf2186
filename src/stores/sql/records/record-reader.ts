import type { RecordKind, RecordOf } from "../../../core/model/records.ts";
import type { Page } from "../../../core/model/values.ts";
import type { RecordLookup, RecordQuery, RecordReader } from "../../../core/ports/records.ts";
import type { SqlValue } from "../connection.ts";
import type { SqlSession } from "../session.ts";
import { readRecords } from "./record-rows.ts";
import { listRecords } from "./record-search.ts";
import { RECORD_TABLES, type RecordTable } from "./tables.ts";

/** A name can be found more than once; three are enough to tell. */
const MOST_FOUND = 3;

export class SqlRecordReader implements RecordReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getRecord<Kind extends RecordKind>(kind: Kind, id: number): Promise<RecordOf[Kind] | undefined> {
    return (await readRecords(this.session, kind, `FROM ${RECORD_TABLES[kind].table} r WHERE r.id = ?`, [id]))[0];
  }

  findRecords<Kind extends RecordKind>(kind: Kind, lookup: RecordLookup): Promise<RecordOf[Kind][]> {
    const table = RECORD_TABLES[kind];
    const { where, parameters } = conditionOf(table, lookup);
    const activeFirst = table.columns.state ? `${table.columns.state.name} = 'active' DESC,` : "";
    const rest = `FROM ${table.table} r WHERE ${where} ORDER BY ${activeFirst} r.id DESC LIMIT ${MOST_FOUND}`;
    return readRecords(this.session, kind, rest, parameters);
  }

  listRecords<Kind extends RecordKind>(kind: Kind, query: RecordQuery): Promise<Page<RecordOf[Kind]>> {
    return listRecords(this.session, kind, query);
  }
}

function conditionOf(table: RecordTable, lookup: RecordLookup): { where: string; parameters: SqlValue[] } {
  if ("externalId" in lookup) {
    // What is not '' is all that the index has.
    return { where: "r.external_id = ? AND r.external_id <> ''", parameters: [lookup.externalId] };
  }
  const parent = table.parent === undefined ? undefined : table.columns[table.parent];
  if (parent === undefined || lookup.parentId === undefined) return { where: "r.name = ?", parameters: [lookup.name] };
  return { where: `${parent.name} = ? AND r.name = ?`, parameters: [lookup.parentId, lookup.name] };
}
