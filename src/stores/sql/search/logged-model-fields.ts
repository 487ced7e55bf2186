import type { Field } from "../../../core/filter/filter.ts";
import type { DatasetScope, LoggedModelOrderKey } from "../../../core/ports/logged-models.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields, keyedRows, unknownField } from "./field-access.ts";
import { allOf, anyOf, type Predicate, toSql } from "./predicates.ts";
import { sql } from "./sql.ts";

export const LOGGED_MODEL_COLUMNS: Readonly<Record<string, Column>> = {
  name: { name: "l.name", type: "text", nullable: false },
  modelId: { name: "l.model_id", type: "text", nullable: false },
  modelType: { name: "l.model_type", type: "text", nullable: true },
  status: { name: "l.status", type: "text", nullable: false },
  sourceRunId: { name: "l.source_run_id", type: "text", nullable: true },
  creationTime: { name: "l.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "l.last_update_time", type: "integer", nullable: false },
  experimentId: { name: "l.experiment", type: "integer", nullable: false },
};

const METRIC_VALUE: Column = { name: "x.value", type: "metric", nullable: false };

/** The fields of a logged model; conditions on metrics look at those that were measured on one of the datasets, if there are any. */
export class LoggedModelFields implements Fields {
  readonly dialect: SqlDialect;
  readonly #datasets: readonly DatasetScope[];

  constructor(dialect: SqlDialect, datasets: readonly DatasetScope[]) {
    this.dialect = dialect;
    this.#datasets = datasets;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return attributeColumn(LOGGED_MODEL_COLUMNS, field.name);
      case "metric":
        return { kind: "rows", column: METRIC_VALUE, rows: metricRows(field.key, this.#datasets) };
      case "param":
        return keyedRows({ table: "logged_model_params", owner: "model" }, "l.id", field.key);
      case "tag":
        return keyedRows({ table: "logged_model_tags", owner: "model" }, "l.id", field.key);
      default:
        throw unknownField(field.kind);
    }
  }

  /** A metric counts with its latest value, on the dataset that the order key names. */
  findOrder(field: LoggedModelOrderKey["field"]): FieldAccess {
    if (field.kind === "attribute") return this.find(field);
    const measured = metricRows(field.key, field.dataset ? [field.dataset] : []);
    const rows = sql`${measured} ORDER BY x.timestamp DESC, x.step DESC, x.run_id LIMIT 1`;
    return { kind: "rows", column: METRIC_VALUE, rows };
  }
}

/** Whether the metric `x` was measured on one of the datasets. */
export function inDatasets(datasets: readonly Partial<DatasetScope>[]): Predicate {
  return anyOf(
    datasets.map(({ name, digest }) =>
      allOf([
        name === undefined || sql`x.dataset_name = ${name}`,
        digest === undefined || sql`x.dataset_digest = ${digest}`,
      ]),
    ),
  );
}

function metricRows(key: string, datasets: readonly Partial<DatasetScope>[]) {
  const scope = datasets.length === 0 || inDatasets(datasets);
  return sql`FROM logged_model_metrics x WHERE x.model = l.id AND x.key = ${key} AND ${toSql(scope)}`;
}
