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
} as const;

type KeyValueTable = keyof typeof OWNER_COLUMN;

/** Most rows of one statement: PostgreSQL takes 65,535 parameters, SQLite 32,766. */
const ROWS_PER_STATEMENT = 1000;

/** Sets values, replacing those of equal keys; where `values` itself repeats a key, the last one holds. */
export async function setKeyValues(
  session: SqlSession,
  table: KeyValueTable,
  owner: number,
  values: readonly KeyValue[],
): Promise<void> {
  const last = [...new Map(values.map((item) => [item.key, item])).values()];
  const column = OWNER_COLUMN[table];
  await insert(session, table, owner, last, ` ON CONFLICT (${column}, key) DO UPDATE SET value = excluded.value`);
}

/** Inserts values whose keys are known to be new. */
export async function insertKeyValues(
  session: SqlSession,
  table: KeyValueTable,
  owner: number,
  values: readonly KeyValue[],
): Promise<void> {
  await insert(session, table, owner, values, "");
}

async function insert(
  session: SqlSession,
  table: KeyValueTable,
  owner: number,
  values: readonly KeyValue[],
  conflict: string,
): Promise<void> {
  for (let start = 0; start < values.length; start += ROWS_PER_STATEMENT) {
    const rows = values.slice(start, start + ROWS_PER_STATEMENT);
    const places = rows.map(() => "(?, ?, ?)").join();
    await session.run(
      `INSERT INTO ${table} (${OWNER_COLUMN[table]}, key, value) VALUES ${places}${conflict}`,
      rows.flatMap(({ key, value }) => [owner, key, value]),
    );
  }
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
