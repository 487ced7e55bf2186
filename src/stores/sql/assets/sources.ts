import {
  type AssetKind,
  type AssetOrigin,
  FIRST_METRIC,
  FIRST_PARAMETER,
  KEY_RANGE,
  LOGGED,
  parseRunValueId,
} from "../../../core/model/assets.ts";
import type { Column } from "../search/column.ts";

/** A place where assets are rows. */
export interface AssetSource {
  readonly name: "assigned" | "metrics" | "params";
  /** The lowest number of its assets. */
  readonly firstNumber: number;
  /** Tables, with those that complete a row behind the one that has it. */
  readonly from: string;
  readonly kinds: readonly AssetKind[];
  /** Attributes of the asset. */
  readonly columns: Readonly<Record<string, Column>>;
  /** Numbers of other records, which the row is a view of. */
  readonly owners: Readonly<Record<string, string>>;
  /** Columns in the order of the assets' numbers. */
  readonly identity: readonly Column[];
}

const text = (name: string): Column => ({ name, type: "text", nullable: true });
const integer = (name: string): Column => ({ name, type: "integer", nullable: true });
const metric = (name: string): Column => ({ name, type: "metric", nullable: false });
const required = (column: Column): Column => ({ ...column, nullable: false });

/** What a logged model's status means; a state that says the same in other words, or more of it, is kept beside it. */
const STATE_OF_LOGGED_MODEL = `CASE
  WHEN l.lifecycle_stage = 'deleted' THEN CASE a.state WHEN 'DELETED' THEN 'DELETED' ELSE 'MARKED_FOR_DELETION' END
  WHEN l.status = 'READY' THEN CASE a.state WHEN 'REFERENCE' THEN 'REFERENCE' ELSE 'LIVE' END
  WHEN l.status = 'PENDING' THEN 'PENDING'
  WHEN l.status = 'UPLOAD_FAILED' THEN 'ABANDONED'
  ELSE 'UNKNOWN' END`;

/** Columns of `assets` that belong to the asset alone, whatever it is a view of. */
export const OWN_COLUMNS: Readonly<Record<string, string>> = {
  kind: "kind",
  versionId: "version",
  runId: "run",
  name: "name",
  description: "description",
  externalId: "external_id",
  state: "state",
  uri: "uri",
  modelFormatName: "model_format_name",
  modelFormatVersion: "model_format_version",
  storageKey: "storage_key",
  storagePath: "storage_path",
  serviceAccountName: "service_account_name",
  modelSourceKind: "model_source_kind",
  modelSourceClass: "model_source_class",
  modelSourceGroup: "model_source_group",
  modelSourceId: "model_source_id",
  modelSourceName: "model_source_name",
  digest: "digest",
  sourceType: "source_type",
  source: "source",
  schema: "schema",
  profile: "profile",
  value: "value",
  step: "step",
  timestamp: "timestamp",
  text: "text_value",
  valueType: "value_type",
  creationTime: "creation_time",
  lastUpdateTime: "last_update_time",
};

/** Attributes that are kept by what an asset is a view of, and not by the asset. */
export const ORIGIN_ATTRIBUTES: { readonly [Origin in AssetOrigin]: readonly string[] } = {
  "version source": ["uri"],
  "logged model": ["uri"],
  "dataset input": ["digest", "sourceType", "source", "schema", "profile"],
};

const ASSIGNED: AssetSource = {
  name: "assigned",
  firstNumber: 0,
  from: `assets a
    LEFT JOIN model_versions v ON v.id = a.version AND a.is_source = 1
    LEFT JOIN datasets d ON d.id = a.dataset
    LEFT JOIN logged_models l ON l.id = a.logged_model
    LEFT JOIN runs r ON r.id = a.run`,
  kinds: ["model", "document", "dataset", "metric", "parameter"],
  columns: {
    ...Object.fromEntries(Object.entries(OWN_COLUMNS).map(([attribute, column]) => [attribute, text(`a.${column}`)])),
    id: required(integer("a.id")),
    kind: required(text("a.kind")),
    origin: text(`CASE WHEN a.is_source = 1 THEN 'version source' WHEN a.logged_model IS NOT NULL THEN 'logged model'
      WHEN a.dataset IS NOT NULL THEN 'dataset input' END`),
    versionId: integer("a.version"),
    runId: integer("a.run"),
    experimentId: integer("coalesce(r.experiment, l.experiment)"),
    name: required(text("a.name")),
    state: text(`CASE WHEN a.logged_model IS NULL THEN a.state ELSE ${STATE_OF_LOGGED_MODEL} END`),
    uri: text("coalesce(v.source, nullif(l.artifact_location, ''), a.uri)"),
    // A dataset must have these for those who know it as an input: "" where nothing was said.
    digest: text("coalesce(nullif(d.digest, ''), a.digest)"),
    sourceType: text("coalesce(nullif(d.source_type, ''), a.source_type)"),
    source: text("coalesce(nullif(d.source, ''), a.source)"),
    schema: text("coalesce(d.schema, a.schema)"),
    profile: text("coalesce(d.profile, a.profile)"),
    value: metric("a.value"),
    step: integer("a.step"),
    timestamp: integer("a.timestamp"),
    creationTime: required(integer("a.creation_time")),
    lastUpdateTime: required(integer("a.last_update_time")),
  },
  owners: { loggedModel: "a.logged_model", dataset: "a.dataset" },
  identity: [required(integer("a.id"))],
};

/** What metrics and params of runs have in common; the row is `m`. */
function runValue(first: number): { id: string; columns: Readonly<Record<string, Column>>; identity: Column[] } {
  const id = `(${first} + m.run * ${KEY_RANGE} + m.key)`;
  const select = (column: string) => `(SELECT x.${column} FROM value_details x WHERE x.asset = ${id})`;
  const detail = (column: string) => text(select(column));
  // Those whose creation nobody has noted were logged by clients who know neither states nor types.
  const detailOrLogged = (column: string, logged: string) =>
    text(`coalesce(${select(column)}, CASE WHEN m.creation_time IS NULL THEN '${logged}' END)`);
  return {
    id,
    columns: {
      id: required(integer(id)),
      runId: required(integer("m.run")),
      experimentId: required(integer("m.experiment")),
      name: required(text("(SELECT k.name FROM keys k WHERE k.id = m.key)")),
      description: detail("description"),
      externalId: detail("external_id"),
      state: detailOrLogged("state", LOGGED.state),
      ...(first === FIRST_PARAMETER && { valueType: detailOrLogged("value_type", LOGGED.valueType) }),
      creationTime: required(integer(`coalesce(m.creation_time, ${START_TIME})`)),
    },
    identity: [required(integer("m.run")), required(integer("m.key"))],
  };
}

const START_TIME = "(SELECT r.start_time FROM runs r WHERE r.id = m.run)";

const metricValue = runValue(FIRST_METRIC);
const METRICS: AssetSource = {
  name: "metrics",
  firstNumber: FIRST_METRIC,
  from: "latest_metrics m",
  kinds: ["metric"],
  columns: {
    ...metricValue.columns,
    kind: required(text("'metric'")),
    value: metric("m.value"),
    step: required(integer("m.step")),
    timestamp: required(integer("m.timestamp")),
    lastUpdateTime: required(integer("coalesce(m.last_update_time, m.timestamp)")),
  },
  owners: {},
  identity: metricValue.identity,
};

const parameterValue = runValue(FIRST_PARAMETER);
const PARAMS: AssetSource = {
  name: "params",
  firstNumber: FIRST_PARAMETER,
  from: "run_params m",
  kinds: ["parameter"],
  columns: {
    ...parameterValue.columns,
    kind: required(text("'parameter'")),
    text: required(text("m.value")),
    lastUpdateTime: required(integer(`coalesce(m.last_update_time, m.creation_time, ${START_TIME})`)),
  },
  owners: {},
  identity: parameterValue.identity,
};

/** In the order of the numbers: all that are assigned, then those that are made for metrics, then those for params. */
export const ASSET_SOURCES: readonly AssetSource[] = [ASSIGNED, METRICS, PARAMS];

export function sourceOf(id: number): AssetSource {
  const kind = parseRunValueId(id)?.kind;
  if (kind === undefined) return ASSIGNED;
  return kind === "metric" ? METRICS : PARAMS;
}

/** What picks the rows whose numbers are `value` of `x`. */
export function isNumbered({ name, columns }: AssetSource): string {
  if (name === "assigned") return `${columns.id?.name} = x.value`;
  const [run, key] = runAndKey("x.value", name);
  return `m.run = ${run} AND m.key = ${key}`;
}

/** The numbers of the run and of the key within the number of a metric or param of a run. */
export function runAndKey(id: string, name: "metrics" | "params"): [run: string, key: string] {
  const rest = `(${id} - ${name === "metrics" ? FIRST_METRIC : FIRST_PARAMETER})`;
  return [`${rest} / ${KEY_RANGE}`, `${rest} % ${KEY_RANGE}`];
}
