import type { Field, Filter, OrderKey } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { SqlSession } from "../session.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields, keyedRows, unknownField } from "./field-access.ts";
import { sql, words } from "./sql.ts";

export const RUN_COLUMNS: Readonly<Record<string, Column>> = {
  runId: { name: "r.run_id", type: "text", nullable: false },
  name: { name: "r.name", type: "text", nullable: false },
  status: { name: "r.status", type: "text", nullable: false },
  artifactUri: { name: "r.artifact_uri", type: "text", nullable: false },
  userId: { name: "r.user_id", type: "text", nullable: false },
  startTime: { name: "r.start_time", type: "integer", nullable: false },
  endTime: { name: "r.end_time", type: "integer", nullable: true },
  experimentId: { name: "r.experiment", type: "integer", nullable: false },
};

/** Indexes that begin with the experiment and then have the attribute. */
export const RUN_INDEXES: Readonly<Record<string, string>> = {
  name: "runs_name",
  startTime: "runs_start_time",
  endTime: "runs_end_time",
};

/** The tables of what is logged by key. Each has a covering index (experiment, key, value, run). */
export const KEYED_TABLES = {
  metric: { table: "latest_metrics", index: "latest_metrics_value", owner: "run", type: "metric" },
  param: { table: "run_params", index: "run_params_value", owner: "run", type: "text" },
  tag: { table: "run_tags", index: "run_tags_value", owner: "run", type: "text" },
} as const;

/** The tag of a dataset input that says what the run used it for. */
const DATASET_CONTEXT_TAG = "mlflow.data.context";

/** What runs log by key. */
export type KeyedField = Extract<Field, { kind: keyof typeof KEYED_TABLES }>;

export type KeyIds = ReadonlyMap<string, number>;

/** The fields of a run; `run` is the column of its number in the table that the search goes through. */
export class RunFields implements Fields {
  readonly dialect: SqlDialect;
  readonly #keys: KeyIds;
  readonly #run: string;

  constructor(dialect: SqlDialect, keys: KeyIds, run: string) {
    this.dialect = dialect;
    this.#keys = keys;
    this.#run = run;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return attributeColumn(RUN_COLUMNS, field.name);
      case "dataset":
        return this.#dataset(field.name);
      case "property":
        throw unknownField(field.kind);
      default: {
        const key = this.#keys.get(field.key);
        const table = KEYED_TABLES[field.kind];
        return key === undefined ? { kind: "nowhere", type: table.type } : keyedRows(table, this.#run, key);
      }
    }
  }

  #dataset(name: "name" | "digest" | "context"): FieldAccess {
    const run = words(this.#run);
    if (name === "context") {
      const rows = sql`FROM run_dataset_tags x WHERE x.run = ${run} AND x.key = ${DATASET_CONTEXT_TAG}`;
      return { kind: "rows", column: { name: "x.value", type: "text", nullable: false }, rows };
    }
    const rows = sql`FROM run_datasets x JOIN datasets d ON d.id = x.dataset WHERE x.run = ${run}`;
    return { kind: "rows", column: { name: `d.${name}`, type: "text", nullable: false }, rows };
  }
}

/** The numbers of the keys that a search mentions. A key without one is in no run. */
export function findKeys(session: SqlSession, filter: Filter | undefined, order: readonly OrderKey[]): Promise<KeyIds> {
  const fields = [...order.map((key) => key.field), ...(filter ? fieldsOf(filter) : [])];
  const names = fields.filter((field) => "key" in field).map((field) => field.key);
  return session.keys.findAll([...new Set(names)]);
}

function fieldsOf(filter: Filter): Field[] {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.operands.flatMap(fieldsOf);
    case "not":
      return fieldsOf(filter.operand);
    default:
      return [filter.field];
  }
}
