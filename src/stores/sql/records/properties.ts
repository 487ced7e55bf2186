import type { Property } from "../../../core/model/properties.ts";
import type { BulkInsert, SqlValue } from "../connection.ts";
import type { SqlSession } from "../session.ts";
import type { RecordTable } from "./tables.ts";

/** Where the properties of a kind of record are, and which of its tags are none. */
type PropertiesOf = Pick<RecordTable, "properties" | "hiddenTags" | "descriptionTag">;

/** Writes the properties of a record that has none of them yet. */
export async function insertProperties(
  session: SqlSession,
  table: PropertiesOf,
  id: number,
  properties: readonly Property[],
): Promise<void> {
  if (properties.length === 0) return;
  const rows = table.properties.interned
    ? await internedRows(session, id, properties)
    : properties.map(({ key, value, type }): SqlValue[] => [id, key, value, typeColumn(type)]);
  await session.insertAll(insertOf(table), rows);
}

/** Replaces all properties of a record; tags that are attributes stay. */
export async function replaceProperties(
  session: SqlSession,
  table: PropertiesOf,
  id: number,
  properties: readonly Property[],
): Promise<void> {
  const { inList, listParameter } = session.dialect;
  const { table: name, owner, interned } = table.properties;
  const kept = [...(table.hiddenTags ?? []), ...(table.descriptionTag === undefined ? [] : [table.descriptionTag])];
  const keys = interned ? [...(await session.keys.findAll(kept)).values()] : kept;
  const except = keys.length === 0 ? "" : `AND NOT ${inList("key", interned ? "integer" : "text")}`;
  await session.run(`DELETE FROM ${name} WHERE ${owner} = ? ${except}`, [
    id,
    ...(keys.length === 0 ? [] : [listParameter(keys)]),
  ]);
  await insertProperties(session, table, id, properties);
}

/** Sets the tag that holds a description. */
export async function setDescriptionTag(
  session: SqlSession,
  table: RecordTable,
  id: number,
  tag: string,
  description: string,
): Promise<void> {
  await insertProperties(session, table, id, [{ key: tag, type: "string", value: description }]);
}

function insertOf({ properties: { table, owner, interned } }: PropertiesOf): BulkInsert {
  return {
    table,
    columns: {
      [owner]: "integer",
      ...(interned && { experiment: "integer" as const }),
      key: interned ? "integer" : "text",
      value: "text",
      type: "text",
    },
    onConflict: `(${owner}, key) DO UPDATE SET value = excluded.value, type = excluded.type`,
  };
}

async function internedRows(session: SqlSession, id: number, properties: readonly Property[]): Promise<SqlValue[][]> {
  const run = await session.first<{ experiment: number }>("SELECT experiment FROM runs WHERE id = ?", [id]);
  const numbers = await session.keys.intern(properties.map(({ key }) => key));
  return properties.map(({ key, value, type }) => [
    id,
    run?.experiment ?? null,
    numbers.get(key) ?? null,
    value,
    typeColumn(type),
  ]);
}

/** Plain text, as all tags are, has no type. */
export function typeColumn(type: Property["type"]): string | null {
  return type === "string" ? null : type;
}
