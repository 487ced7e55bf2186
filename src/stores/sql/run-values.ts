import { type AssetState, type ParameterType, parseRunValueId, runValueId } from "../../core/model/assets.ts";
import type { Property, PropertyType } from "../../core/model/properties.ts";
import type { MetricPoint, Param } from "../../core/model/runs.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { NumberedRun, RunValueWriter, ValueDetails, WrittenValue } from "../../core/ports/run-values.ts";
import { replaceAssetProperties } from "./assets/asset-properties.ts";
import type { SqlValue } from "./connection.ts";
import { insertPoint } from "./metric-points.ts";
import type { StoredRunRow } from "./run-data.ts";
import type { SqlSession } from "./session.ts";

/** Behind an upsert: what `WrittenValue` needs, for the number of the value. */
const returning = (table: string) =>
  `RETURNING ${table}.creation_time, (SELECT count(*) FROM value_details d WHERE d.asset = ?) AS details`;

const PUT_METRIC = `INSERT INTO latest_metrics
    (run, key, experiment, step, timestamp, value, creation_time, last_update_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run, key) DO UPDATE SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value,
    last_update_time = excluded.last_update_time
  ${returning("latest_metrics")}`;

const PUT_PARAM = `INSERT INTO run_params
    (run, key, experiment, value, creation_time, last_update_time) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (run, key) DO UPDATE SET value = excluded.value, last_update_time = excluded.last_update_time
  ${returning("run_params")}`;

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

  async getNumberedRun(id: number): Promise<NumberedRun | undefined> {
    const row = await this.#session.first<StoredRunRow>(
      "SELECT run_id, experiment, lifecycle_stage, start_time FROM runs WHERE id = ?",
      [id],
    );
    if (row === undefined) return undefined;
    const { run_id: runId, experiment: experimentId, lifecycle_stage: lifecycleStage, start_time: startTime } = row;
    return { rowId: id, runId, experimentId, lifecycleStage, startTime };
  }

  async logMetric(run: NumberedRun, point: MetricPoint, time: Timestamp): Promise<WrittenValue> {
    const key = await this.#intern(point.key);
    await insertPoint(this.#session, run.rowId, key, point);
    return this.#putLatest(run, key, point, time);
  }

  async putMetric(run: NumberedRun, point: MetricPoint, time: Timestamp): Promise<WrittenValue> {
    return this.#putLatest(run, await this.#intern(point.key), point, time);
  }

  async putParam(run: NumberedRun, param: Param, time: Timestamp): Promise<WrittenValue> {
    const key = await this.#intern(param.key);
    const id = runValueId({ kind: "parameter", run: run.rowId, key });
    return this.#put(PUT_PARAM, [run.rowId, key, run.experimentId, param.value, time, time], id, run);
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

  #putLatest(run: NumberedRun, key: number, point: MetricPoint, time: Timestamp): Promise<WrittenValue> {
    const id = runValueId({ kind: "metric", run: run.rowId, key });
    const value = Number.isNaN(point.value) ? null : point.value;
    const values = [run.rowId, key, run.experimentId, point.step, point.timestamp, value, time, time];
    return this.#put(PUT_METRIC, values, id, run);
  }

  /** What came from other clients without a time of creation was there when its run started. */
  async #put(statement: string, values: SqlValue[], id: number, run: NumberedRun): Promise<WrittenValue> {
    const row = await this.#session.first<{ creation_time: Timestamp | null; details: number }>(statement, [
      ...values,
      id,
    ]);
    const creationTime = row?.creation_time ?? run.startTime;
    return { id, creationTime, logged: row?.creation_time === null, detailed: row?.details === 1 };
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
