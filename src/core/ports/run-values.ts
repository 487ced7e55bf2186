import type { AssetState, ParameterType } from "../model/assets.ts";
import type { Property } from "../model/properties.ts";
import type { MetricPoint, RunHandle } from "../model/runs.ts";
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

/** A metric or param of a run as it is before it is written: it may be new. */
export interface RunValueTarget {
  kind: "metric" | "parameter";
  name: string;
  run: RunHandle;
  /** The store's own number of the name. */
  key: number;
  /** As `runValueId` makes it. */
  id: number;
  /** Absent where it is new. */
  creationTime?: Timestamp;
  /** Whether it was logged before by a client that knows neither states nor types: it has those of `LOGGED` until others are given. */
  logged: boolean;
  /** Whether it carries details. */
  detailed: boolean;
}

/** Metrics and params of runs as assets, which can be set again and carry details. */
export interface RunValueWriter {
  /** What a run, by its number, has or will have under a name. Undefined where there is no such run. */
  getRunValue(runNumber: number, value: Pick<RunValueTarget, "kind" | "name">): Promise<RunValueTarget | undefined>;
  /**
   * Adds a point to a metric and makes it the latest, whatever its step. A point that is there already is counted once more, for those
   * who read the history with `listMetricPoints`.
   */
  logMetric(target: RunValueTarget, point: Omit<MetricPoint, "key">, time: Timestamp): Promise<void>;
  /** Changes what is the metric's latest; its history stays as it is. */
  putMetric(target: RunValueTarget, point: Omit<MetricPoint, "key">, time: Timestamp): Promise<void>;
  /** Sets a param, also where it has a value. */
  putParam(target: RunValueTarget, value: string, time: Timestamp): Promise<void>;
  /** Changes what is given of the details; `properties` replace all. Returns all that there are then. */
  putDetails(id: number, details: ValueDetails): Promise<ValueDetails & { properties: Property[] }>;
  /** Says when a metric or param was changed last. */
  touchValue(id: number, time: Timestamp): Promise<void>;
}
