import type { SqlValue } from "./connection.ts";
import type { Schema } from "./schema.ts";
import type { SqlSession } from "./session.ts";

/** Tables whose rows have a number that the database assigns. */
type NumberedTable = { [Table in keyof Schema]: Schema[Table] extends { id: number } ? Table : never }[keyof Schema];

type RowOf<Table extends NumberedTable> = Omit<Schema[Table], "id"> & { id?: number };

/** Inserts one row, columns by name, and returns its number. */
export async function insertRow<Table extends NumberedTable>(
  session: SqlSession,
  table: Table,
  row: RowOf<Table>,
): Promise<number> {
  const columns = Object.keys(row);
  const inserted = await session.first<{ id: number }>(
    `INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => "?")}) RETURNING id`,
    Object.values(row) as SqlValue[],
  );
  if (inserted === undefined) throw new Error(`A row inserted into ${table} has no number`);
  return inserted.id;
}

/** To be called for each row that was inserted under a number of the caller's choice, so that the database never assigns it again. */
export async function keepFromAssigning(session: SqlSession, table: string, id: number): Promise<void> {
  const query = session.dialect.assignIdsAbove(table);
  if (query !== undefined && id > 0) await session.all(query, [id]);
}

/** Changes the given columns of one row; undefined leaves a column as it is. */
export async function updateRow<Table extends NumberedTable>(
  session: SqlSession,
  table: Table,
  id: number,
  changes: { [Column in keyof RowOf<Table>]?: RowOf<Table>[Column] | undefined },
): Promise<void> {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  if (given.length === 0) return;
  await session.run(`UPDATE ${table} SET ${given.map(([column]) => `${column} = ?`)} WHERE id = ?`, [
    ...(given.map(([, value]) => value) as SqlValue[]),
    id,
  ]);
}
