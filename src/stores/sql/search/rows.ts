import type { SqlSession } from "../session.ts";

/** The rows with these ids, in their order. */
export async function loadRows<Row extends { id: number }>(
  session: SqlSession,
  select: string,
  idColumn: string,
  ids: readonly number[],
): Promise<Row[]> {
  if (ids.length === 0) return [];
  const { inList, listParameter } = session.dialect;
  const rows = await session.all<Row>(`${select} WHERE ${inList(idColumn, "integer")}`, [listParameter(ids)]);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => rowOf.get(id)).filter((row) => row !== undefined);
}
