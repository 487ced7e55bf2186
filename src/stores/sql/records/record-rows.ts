import type { Property, PropertyType } from "../../../core/model/properties.ts";
import type { RecordKind, RecordOf } from "../../../core/model/records.ts";
import type { SqlValue } from "../connection.ts";
import type { SqlSession } from "../session.ts";
import { readLabels } from "./labels.ts";
import { RECORD_TABLES, type RecordTable } from "./tables.ts";

type Tuple = readonly SqlValue[];

/** A record while it is put together. */
type Draft = Record<string, unknown> & { id: number; properties: Property[] };

/** Tables beside `registered_models`, most of whose rows have nothing there: a look costs less than a statement. */
const BESIDE_MODELS = ["aliases", "registered_model_labels"].map(
  (table) => `CASE WHEN EXISTS (SELECT 1 FROM ${table} x WHERE x.model = r.id) THEN 1 END`,
);

/** What is read of the records of each kind: their attributes, and for models what is beside. */
const SELECTS = new Map(
  Object.entries(RECORD_TABLES).map(([kind, { columns }]) => {
    const expressions = Object.values(columns).map(({ name }) => name);
    const beside = kind === "registeredModel" ? BESIDE_MODELS : [];
    return [kind, { attributes: Object.keys(columns), text: `SELECT ${[...expressions, ...beside].join()}` }];
  }),
);

/**
 * Reads records whole, in two statements however many they are, and two more for models that have aliases or lists. `rest` stands
 * behind the columns: FROM, with the kind's table as `r`, and what follows.
 */
export async function readRecords<Kind extends RecordKind>(
  session: SqlSession,
  kind: Kind,
  rest: string,
  parameters: readonly SqlValue[],
): Promise<RecordOf[Kind][]> {
  const { attributes = [], text } = SELECTS.get(kind) ?? {};
  const tuples = await session.tuples<Tuple>(`${text} ${rest}`, parameters);
  if (tuples.length === 0) return [];
  const records = tuples.map((tuple) => toDraft(attributes, tuple));
  const drafts = new Map(records.map((record) => [record.id, record]));
  await addProperties(session, RECORD_TABLES[kind], drafts);
  if (kind === "registeredModel") {
    const isBeside = (table: number) => tuples.some((tuple) => tuple[attributes.length + table] !== null);
    for (const record of records) record.aliases = [];
    if (isBeside(0)) await addAliases(session, drafts);
    if (isBeside(1)) await addLabels(session, drafts);
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
