import type { BulkInsert } from "./connection.ts";
import type { SqlSession } from "./session.ts";

interface KeyValue {
  key: string;
  value: string;
}

/** Tables of (owner, key, value). */
const INSERTS = {
  registered_model_tags: upsert("registered_model_tags", "model"),
  model_version_tags: upsert("model_version_tags", "version"),
  logged_model_tags: upsert("logged_model_tags", "model"),
  logged_model_params: upsert("logged_model_params", "model", "DO UPDATE SET value = excluded.value"),
  evaluation_dataset_tags: upsert("evaluation_dataset_tags", "dataset", "DO UPDATE SET value = excluded.value"),
};

/**
 * Behind the columns of ON CONFLICT: sets a value that came without a type. A typed value that does not change stays what it is: clients
 * that know no types write back what they have read.
 */
export function replaceValue(table: string): string {
  return `DO UPDATE SET value = excluded.value, type = CASE WHEN ${table}.value = excluded.value THEN ${table}.type END`;
}

type KeyValueTable = keyof typeof INSERTS;

function upsert(
  table: string,
  owner: "model" | "version" | "dataset",
  replace = replaceValue(table),
): BulkInsert & { owner: string } {
  return {
    table,
    owner,
    columns: { [owner]: "integer", key: "text", value: "text" },
    onConflict: `(${owner}, key) ${replace}`,
  };
}

/** Sets values, replacing those of equal keys; where `values` itself repeats a key, the last one holds. */
export async function setKeyValues(
  session: SqlSession,
  table: KeyValueTable,
  owner: number,
  values: readonly KeyValue[],
): Promise<void> {
  if (values.length === 0) return;
  const last = new Map(values.map(({ key, value }) => [key, value]));
  await session.insertAll(
    INSERTS[table],
    Array.from(last, ([key, value]) => [owner, key, value]),
  );
}

/** False where there was no such key. */
export async function deleteKeyValue(
  session: SqlSession,
  table: KeyValueTable,
  owner: number,
  key: string,
): Promise<boolean> {
  const deleted = await session.run(`DELETE FROM ${table} WHERE ${INSERTS[table].owner} = ? AND key = ?`, [owner, key]);
  return deleted > 0;
}
