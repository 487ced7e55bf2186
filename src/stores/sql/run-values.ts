import { type AssetState, type ParameterType, parseRunValueId, runValueId } from "../../core/model/assets.ts";
import type { Property, PropertyType } from "../../core/model/properties.ts";
import type { MetricPoint } from "../../core/model/runs.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { RunValueTarget, RunValueWriter, ValueDetails } from "../../core/ports/run-values.ts";
import { replaceAssetProperties } from "./assets/asset-properties.ts";
import type { BulkInsert } from "./connection.ts";
import { insertPoint } from "./metric-points.ts";
import type { StoredRunRow } from "./run-data.ts";
import type { SqlSession } from "./session.ts";

/** A run by number, and what it has under a key. */
const target = (table: string) =>
  `SELECT r.run_id, r.experiment, r.lifecycle_stage, r.start_time, m.run AS there, m.creation_time,
     (SELECT count(*) FROM value_details d WHERE d.asset = ?) AS details
   FROM runs r LEFT JOIN ${table} m ON m.run = r.id AND m.key = ? WHERE r.id = ?`;

const TARGETS = { metric: target("latest_metrics"), parameter: target("run_params") };

type TargetRow = Pick<StoredRunRow, "run_id" | "experiment" | "lifecycle_stage" | "start_time"> & {
  there: number | null;
  creation_time: Timestamp | null;
  details: number;
};

const METRICS: BulkInsert = {
  table: "latest_metrics",
  columns: {
    run: "integer",
    key: "integer",
    experiment: "integer",
    step: "integer",
    timestamp: "integer",
    value: "real",
    creation_time: "integer",
    last_update_time: "integer",
  },
  onConflict: `(run, key) DO UPDATE SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value,
    last_update_time = excluded.last_update_time`,
};

const PARAMS: BulkInsert = {
  table: "run_params",
  columns: {
    run: "integer",
    key: "integer",
    experiment: "integer",
    value: "text",
    creation_time: "integer",
    last_update_time: "integer",
  },
  onConflict: "(run, key) DO UPDATE SET value = excluded.value, last_update_time = excluded.last_update_time",
};

const PUT_DETAILS = `INSERT INTO value_details
    (asset, run, description, external_id, state, value_type) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (asset) DO UPDATE SET description = coalesce(excluded.description, value_details.description),
    external_id = coalesce(excluded.external_id, value_details.external_id),
    state = coalesce(excluded.state, value_details.state),
    value_type = coalesce(excluded.value_type, value_details.value_type)
  RETURNING description, external_id, state, value_type`;

interface DetailsRow {
  description: string | null;
  external_id: string | null;
  state: AssetState | null;
  value_type: ParameterType | null;
}

export class SqlRunValueWriter implements RunValueWriter {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async getRunValue(
    runNumber: number,
    { kind, name }: Pick<RunValueTarget, "kind" | "name">,
  ): Promise<RunValueTarget | undefined> {
    const key = await this.#intern(name);
    const id = runValueId({ kind, run: runNumber, key });
    const row = await this.#session.first<TargetRow>(TARGETS[kind], [id, key, runNumber]);
    if (row === undefined) return undefined;
    const { run_id: runId, experiment: experimentId, lifecycle_stage: lifecycleStage, creation_time: made } = row;
    const run = { rowId: runNumber, runId, experimentId, lifecycleStage };
    const detailed = row.details === 1;
    if (row.there === null) return { kind, name, run, key, id, logged: false, detailed };
    // What came from other clients without a time of creation was there when its run started.
    return { kind, name, run, key, id, creationTime: made ?? row.start_time, logged: made === null, detailed };
  }

  async logMetric(target: RunValueTarget, point: Omit<MetricPoint, "key">, time: Timestamp): Promise<void> {
    await insertPoint(this.#session, target.run.rowId, target.key, point);
    await this.putMetric(target, point, time);
  }

  async putMetric({ run, key }: RunValueTarget, point: Omit<MetricPoint, "key">, time: Timestamp): Promise<void> {
    const value = Number.isNaN(point.value) ? null : point.value;
    await this.#session.insertAll(METRICS, [
      [run.rowId, key, run.experimentId, point.step, point.timestamp, value, time, time],
    ]);
  }

  async putParam({ run, key }: RunValueTarget, value: string, time: Timestamp): Promise<void> {
    await this.#session.insertAll(PARAMS, [[run.rowId, key, run.experimentId, value, time, time]]);
  }

  async putDetails(id: number, details: ValueDetails): Promise<ValueDetails & { properties: Property[] }> {
    const { description = null, externalId = null, state = null, valueType = null } = details;
    const run = parseRunValueId(id)?.run ?? null;
    const row = await this.#session.first<DetailsRow>(PUT_DETAILS, [
      id,
      run,
      description,
      externalId,
      state,
      valueType,
    ]);
    if (details.properties) await replaceAssetProperties(this.#session, { id }, details.properties);
    return { ...toDetails(row), properties: details.properties ?? (await this.#properties(id)) };
  }

  async touchValue(id: number, time: Timestamp): Promise<void> {
    const value = parseRunValueId(id);
    if (value === undefined) return;
    const table = value.kind === "metric" ? "latest_metrics" : "run_params";
    await this.#session.run(`UPDATE ${table} SET last_update_time = ? WHERE run = ? AND key = ?`, [
      time,
      value.run,
      value.key,
    ]);
  }

  async #intern(key: string): Promise<number> {
    const number = (await this.#session.keys.intern([key])).get(key);
    if (number === undefined) throw new Error("An interned key has no number");
    return number;
  }

  async #properties(id: number): Promise<Property[]> {
    const rows = await this.#session.all<{ key: string; value: string; type: PropertyType | null }>(
      "SELECT key, value, type FROM asset_properties WHERE asset = ? ORDER BY key",
      [id],
    );
    return rows.map(({ key, value, type }) => ({ key, value, type: type ?? "string" }));
  }
}

function toDetails(row: DetailsRow | undefined): ValueDetails {
  if (row === undefined) return {};
  const { description, external_id: externalId, state, value_type: valueType } = row;
  return {
    ...(description !== null && { description }),
    ...(externalId !== null && { externalId }),
    ...(state !== null && { state }),
    ...(valueType !== null && { valueType }),
  };
}
