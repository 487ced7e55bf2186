import type { ListQuery } from "../filter/query.ts";
import type { NewRecord, RecordChanges, RecordKind, RecordOf } from "../model/records.ts";
import type { Page } from "../model/values.ts";

/** How a record is looked up: by its name, within its parent where it has one, or by the id that its client chose. */
export type RecordLookup = { name: string; parentId?: number } | { externalId: string };

/** A list of records; `parentId`: only those of one model, experiment, environment or service. */
export type RecordQuery = ListQuery & { parentId?: number };

/** Records by number, whichever state they are in: what others count as deleted is archived here. */
export interface RecordReader {
  getRecord<Kind extends RecordKind>(kind: Kind, id: number): Promise<RecordOf[Kind] | undefined>;
  /** All that match, the active ones first, at most three: a deleted experiment or model and a new one may share a name. */
  findRecords<Kind extends RecordKind>(kind: Kind, lookup: RecordLookup): Promise<RecordOf[Kind][]>;
  /**
   * Attributes: those of the records; a condition on a list holds where one of its values passes, and `alias.<name>` of a model is
   * the number of the version as text. Fields: property. Ties: id ascending, which is also the order by default. A constant
   * number of statements.
   */
  listRecords<Kind extends RecordKind>(kind: Kind, query: RecordQuery): Promise<Page<RecordOf[Kind]>>;
}

export interface RecordWriter extends RecordReader {
  /** Returns the id. The rules have looked before that its name, its external id and, where one is given, its id are free. */
  insertRecord<Kind extends RecordKind>(kind: Kind, record: NewRecord<Kind>): Promise<number>;
  updateRecord<Kind extends RecordKind>(kind: Kind, id: number, changes: RecordChanges<Kind>): Promise<void>;
  /** Removes the record for good, with everything that hangs on it. */
  deleteRecord(kind: RecordKind, id: number): Promise<void>;
}
