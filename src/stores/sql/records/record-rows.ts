import type { Property, PropertyType } from "../../../core/model/properties.ts";
import type { RecordKind, RecordOf } from "../../../core/model/records.ts";
import type { SqlValue } from "../connection.ts";
import type { SqlSession } from "../session.ts";
import { readLabels } from "./labels.ts";
import { RECORD_TABLES, type RecordTable } from "./tables.ts";

type Tuple = readonly SqlValue[];

/** A record while it is put together. */
type Draft = Record<string, unknown> & { id: number; properties: Property[] };

/**
 * Reads records whole, in two statements however many they are, and two more for models. `rest` stands behind the columns: FROM, with the
 * kind's table as `r`, and what follows.
 */
export async function readRecords<Kind extends RecordKind>(
  session: SqlSession,
  kind: Kind,
  rest: string,
  parameters: readonly SqlValue[],
): Promise<RecordOf[Kind][]> {
  const table = RECORD_TABLES[kind];
  const names = Object.keys(table.columns);
  const columns = Object.values(table.columns).map(({ name }) => name);
  const tuples = await session.tuples<Tuple>(`SELECT ${columns.join()} ${rest}`, parameters);
  if (tuples.length === 0) return [];
  const records = tuples.map((tuple) => toDraft(names, tuple));
  const drafts = new Map(records.map((record) => [record.id, record]));
  await addProperties(session, table, drafts);
  if (kind === "registeredModel") {
    await addAliases(session, drafts);
    await addLabels(session, drafts);
  }
  return records as unknown as RecordOf[Kind][];
}

/** Columns are taken one by one: a page of 1,000 records has 15,000. */
function toDraft(names: readonly string[], tuple: Tuple): Draft {
  const draft: Record<string, unknown> = { properties: [] };
  for (let index = 0; index < names.length; index++) {
    const value = tuple[index];
    if (value !== null) draft[names[index] as string] = value;
  }
  return draft as Draft;
}

type Drafts = ReadonlyMap<number, Draft>;
type PropertyTuple = [owner: number, key: string | number, value: string, type: PropertyType | null];

async function addProperties(session: SqlSession, table: RecordTable, drafts: Drafts): Promise<void> {
  const { inList, listParameter } = session.dialect;
  const { properties, descriptionTag, hiddenTags = [] } = table;
  const { owner } = properties;
  const tuples = await session.tuples<PropertyTuple>(
    `SELECT ${owner}, key, value, type FROM ${properties.table} WHERE ${inList(owner, "integer")} ORDER BY ${owner}, key`,
    [listParameter([...drafts.keys()])],
  );
  if (tuples.length === 0) return;
  const nameOf = await keyNames(session, properties.interned === true, tuples);
  for (const [id, key, value, type] of tuples) {
    const draft = drafts.get(id);
    const name = nameOf(key);
    if (draft === undefined || hiddenTags.includes(name)) continue;
    if (name === descriptionTag) draft.description = value;
    else draft.properties.push({ key: name, type: type ?? "string", value });
  }
}

async function keyNames(
  session: SqlSession,
  interned: boolean,
  tuples: readonly PropertyTuple[],
): Promise<(key: string | number) => string> {
  if (!interned) return String;
  const name = await session.keys.names(new Set(tuples.map(([, key]) => Number(key))));
  return (key) => name(Number(key));
}

async function addAliases(session: SqlSession, drafts: Drafts): Promise<void> {
  const { inList, listParameter } = session.dialect;
  for (const draft of drafts.values()) draft.aliases = [];
  const rows = await session.all<{ model: number; alias: string; version: number }>(
    `SELECT model, alias, version FROM aliases WHERE ${inList("model", "integer")} ORDER BY model, alias`,
    [listParameter([...drafts.keys()])],
  );
  for (const { model, alias, version } of rows) {
    (drafts.get(model)?.aliases as object[] | undefined)?.push({ alias, version });
  }
}

async function addLabels(session: SqlSession, drafts: Drafts): Promise<void> {
  for (const { model, kind, value } of await readLabels(session, [...drafts.keys()])) {
    const draft = drafts.get(model);
    if (draft === undefined) continue;
    draft[kind] ??= [];
    (draft[kind] as string[]).push(value);
  }
}
