import { FIRST_METRIC, FIRST_PARAMETER, KEY_RANGE } from "../../../core/model/assets.ts";
import type { RecordKind } from "../../../core/model/records.ts";
import type { SqlSession } from "../session.ts";

/** The numbers of the metrics and params of some runs. */
const valuesOf = (column: "run" | "experiment"): string[] => [
  `SELECT ${FIRST_METRIC} + run * ${KEY_RANGE} + key FROM latest_metrics WHERE ${column} = ?`,
  `SELECT ${FIRST_PARAMETER} + run * ${KEY_RANGE} + key FROM run_params WHERE ${column} = ?`,
];

/** The numbers of the assets that go with a record, in each of which the record's number is the one parameter. */
const ASSETS_OF: { readonly [Kind in RecordKind]?: readonly string[] } = {
  registeredModel: ["SELECT a.id FROM assets a JOIN model_versions v ON v.id = a.version WHERE v.model = ?"],
  modelVersion: ["SELECT id FROM assets WHERE version = ?"],
  run: ["SELECT id FROM assets WHERE run = ?", ...valuesOf("run")],
  experiment: [
    "SELECT a.id FROM assets a JOIN runs r ON r.id = a.run WHERE r.experiment = ?",
    "SELECT a.id FROM assets a JOIN logged_models l ON l.id = a.logged_model WHERE l.experiment = ?",
    ...valuesOf("experiment"),
  ],
};

/**
 * To be called before a record is deleted for good. Assets go with it, but what is kept beside them does not: it is also kept of assets
 * that have no row. A logged model outlives its run.
 */
export async function deleteAssetsOf(session: SqlSession, kind: RecordKind, id: number): Promise<void> {
  if (kind === "run")
    await session.run("UPDATE assets SET run = NULL WHERE run = ? AND logged_model IS NOT NULL", [id]);
  for (const select of ASSETS_OF[kind] ?? []) {
    for (const table of ["asset_properties", "asset_links"]) {
      await session.run(`DELETE FROM ${table} WHERE asset IN (${select})`, [id]);
    }
  }
}
