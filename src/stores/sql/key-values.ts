import type { SqlSession } from "./session.ts";

interface KeyValue {
  key: string;
  value: string;
}

/** Tables of (owner, key, value), and the name of the column that holds the owner. */
const OWNER_COLUMN = {
  registered_model_tags: "model",
  model_version_tags: "version",
  logged_model_tags: "model",
  logged_model_params: "model",
  evaluation_dataset_tags: "dataset",
} as const;

type KeyValueTable = keyof typeof OWNER_COLUMN;

/** Sets values, replacing those of equal keys; where `values` itself repeats a key, the last one holds. */
export async function setKeyValues(
  session: SqlSession,
  table: KeyValueTable,
  owner: number,
  values: readonly KeyValue[],
): Promise<void> {
  if (values.length === 0) return;
  const column = OWNER_COLUMN[table];
  const last = new Map(values.map(({ key, value }) => [key, value]));
  await session.insertAll(
    {
      table,
      columns: { [column]: "integer", key: "text", value: "text" },
      onConflict: `(${column}, key) DO UPDATE SET value = excluded.value`,
    },
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
  const deleted = await session.run(`DELETE FROM ${table} WHERE ${OWNER_COLUMN[table]} = ? AND key = ?`, [owner, key]);
  return deleted > 0;
}
