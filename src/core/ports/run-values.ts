import type { AssetState, ParameterType } from "../model/assets.ts";
import type { Property } from "../model/properties.ts";
import type { MetricPoint, Param, RunHandle } from "../model/runs.ts";
import type { Timestamp } from "../model/values.ts";

/** What a metric or a param of a run can carry beside its value. */
export interface ValueDetails {
  description?: string;
  externalId?: string;
  state?: AssetState;
  /** Of a param. */
  valueType?: ParameterType;
  properties?: Property[];
}

/** A metric or param that was written. */
export interface WrittenValue {
  /** As `runValueId` makes it. */
  id: number;
  creationTime: Timestamp;
  /** Whether it was logged before by a client that knows neither states nor types: it has those of `LOGGED` until others are given. */
  logged: boolean;
  /** Whether it carries details. */
  detailed: boolean;
}

/** A run as those see it who log to it by its number. */
export interface NumberedRun extends RunHandle {
  startTime: Timestamp;
}

/** Metrics and params of runs as assets, which can be set again and carry details. */
export interface RunValueWriter {
  getNumberedRun(id: number): Promise<NumberedRun | undefined>;
  /**
   * Adds a point and makes it the metric's latest, whatever its step. A point that is there already is counted once more, for those who
   * read the history with `listMetricPoints`.
   */
  logMetric(run: NumberedRun, point: MetricPoint, time: Timestamp): Promise<WrittenValue>;
  /** Changes what is the metric's latest; its history stays as it is. */
  putMetric(run: NumberedRun, point: MetricPoint, time: Timestamp): Promise<WrittenValue>;
  /** Sets a param, also where it has a value. */
  putParam(run: NumberedRun, param: Param, time: Timestamp): Promise<WrittenValue>;
  /** Changes what is given of the details; `properties` replace all. Returns all that there are then. */
  putDetails(id: number, details: ValueDetails): Promise<ValueDetails & { properties: Property[] }>;
  /** Says when a metric or param was changed last. */
  touchValue(id: number, time: Timestamp): Promise<void>;
}
