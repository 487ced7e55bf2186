import type { BulkInsert } from "../connection.ts";
import type { SqlSession } from "../session.ts";

const LABELS: BulkInsert = {
  table: "registered_model_labels",
  columns: { model: "integer", kind: "text", position: "integer", value: "text" },
  onConflict: "DO NOTHING",
};

/** One text of a list that a model has: of its languages, or of its tasks. */
export interface Label {
  model: number;
  kind: string;
  value: string;
}

/** Of each model and kind, in the order in which they were given. */
export function readLabels(session: SqlSession, models: readonly number[]): Promise<Label[]> {
  const { inList, listParameter } = session.dialect;
  return session.all<Label>(
    `SELECT model, kind, value FROM registered_model_labels
     WHERE ${inList("model", "integer")} ORDER BY model, kind, position`,
    [listParameter(models)],
  );
}

/** Replaces one list of a model. */
export async function replaceLabels(
  session: SqlSession,
  model: number,
  kind: string,
  values: readonly string[],
): Promise<void> {
  await session.run("DELETE FROM registered_model_labels WHERE model = ? AND kind = ?", [model, kind]);
  await session.insertAll(
    LABELS,
    values.map((value, position) => [model, kind, position, value]),
  );
}
