import type { Property } from "./properties.ts";
import type { Int64, Timestamp } from "./values.ts";

/** What hangs on a version or a run. Kubeflow calls it an artifact; here an artifact is a file. */
export type AssetKind = "model" | "document" | "dataset" | "metric" | "parameter";

/** A version's source, a logged model, or a dataset that a run has read. Metrics and params of runs are told by their number. */
export type AssetOrigin = "version source" | "logged model" | "dataset input";

export type AssetState = "UNKNOWN" | "PENDING" | "LIVE" | "MARKED_FOR_DELETION" | "DELETED" | "ABANDONED" | "REFERENCE";

/**
 * A model, document, dataset, metric or parameter. Some are another view of what other clients know: the source of a version is its
 * model, a logged model is a model of its run, a dataset input is a dataset of the run, and the metrics and params of a run are what
 * they are called.
 */
export interface Asset {
  /** Assigned by the server, one row of numbers for all kinds; those of the metrics and params of runs are made by `runValueId`. */
  id: number;
  kind: AssetKind;
  /** Which record of other clients it is a view of. */
  origin?: AssetOrigin;
  /** The version or the run that it was made for; neither for one that stands alone. */
  versionId?: number;
  /** The number of the run, not its hexadecimal id. */
  runId?: number;
  /** Of the run. */
  experimentId?: number;
  name: string;
  description?: string;
  externalId?: string;
  state?: AssetState;
  /** Where a model, a document or a dataset is. Data: the server never opens it. */
  uri?: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  properties: Property[];
  modelFormatName?: string;
  modelFormatVersion?: string;
  storageKey?: string;
  storagePath?: string;
  serviceAccountName?: string;
  modelSourceKind?: string;
  modelSourceClass?: string;
  modelSourceGroup?: string;
  modelSourceId?: string;
  modelSourceName?: string;
  digest?: string;
  sourceType?: string;
  source?: string;
  schema?: string;
  profile?: string;
  /** Of a metric; may be NaN. */
  value?: number;
  step?: Int64;
  timestamp?: Timestamp;
  /** Of a parameter. */
  text?: string;
  valueType?: ParameterType;
}

/** What an asset is said to be that was logged by clients who know neither states nor types of parameters. */
export const LOGGED = { state: "LIVE", valueType: "string" } as const;

export type ParameterType = "string" | "number" | "boolean" | "object";

/** How many numbers of keys there are within the number of a metric or param of a run, and of runs. */
export const KEY_RANGE = 2 ** 25;
const RUN_RANGE = 2 ** 26;
/** Numbers of the metrics and params of runs begin here: what is assigned is below. */
export const FIRST_METRIC = 2 ** 52;
export const FIRST_PARAMETER = FIRST_METRIC + RUN_RANGE * KEY_RANGE;

/** A metric or a param of a run, by the store's numbers of the run and of the key. */
export interface RunValue {
  kind: "metric" | "parameter";
  run: number;
  key: number;
}

/**
 * The number of a metric or param of a run as an asset: made of the numbers of the run (below 2^26) and of the key (below 2^25), so that
 * nothing has to be stored for it. Above every number that is assigned, and exact in a double.
 */
export function runValueId({ kind, run, key }: RunValue): number {
  return (kind === "metric" ? FIRST_METRIC : FIRST_PARAMETER) + run * KEY_RANGE + key;
}

/** What `runValueId` made the number of; undefined for a number that was assigned. */
export function parseRunValueId(id: number): RunValue | undefined {
  if (id < FIRST_METRIC) return undefined;
  const kind = id < FIRST_PARAMETER ? "metric" : "parameter";
  const rest = id - (kind === "metric" ? FIRST_METRIC : FIRST_PARAMETER);
  return { kind, run: Math.floor(rest / KEY_RANGE), key: rest % KEY_RANGE };
}
