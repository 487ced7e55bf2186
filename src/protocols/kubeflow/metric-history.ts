import { allOf } from "../../core/filter/conditions.ts";
import type { Filter } from "../../core/filter/filter.ts";
import { toInt64 } from "../../core/int64.ts";
import { metricPointId } from "../../core/model/metric-point-ids.ts";
import type { HistoryPoint } from "../../core/model/runs.ts";
import type { Int64 } from "../../core/model/values.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { listMetricPoints } from "../../core/ops/metrics.ts";
import { v1alpha3 } from "./api-versions.ts";
import { badRequest } from "./errors.ts";
import { metricPointFields } from "./filter/fields.ts";
import type { KubeflowOperation, OperationAnswer } from "./operation.ts";
import { artifactSchemas } from "./schema/artifacts.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import type { Query, QueryParameter } from "./wire/query.ts";

const HISTORY_PARAMETERS: readonly QueryParameter[] = ["name", "stepIds", ...LIST_PARAMETERS];
const metricSchema = artifactSchemas.v1alpha3.metric;

export const metricHistoryOperations: readonly KubeflowOperation[] = [
  {
    name: "getExperimentRunMetricHistory",
    summary: "List every point that was logged to the metrics of a run",
    method: "GET",
    path: "/experiment_runs/:experimentrunId/metric_history",
    permission: "run:read",
    versions: [v1alpha3],
    query: HISTORY_PARAMETERS,
    answer: { status: 200, of: metricSchema, list: true },
    handle: (context, { id, query }) => list(context, query, id()),
  },
  {
    name: "getExperimentRunsMetricHistory",
    summary: "List every point that was logged to the metrics of all runs",
    method: "GET",
    path: "/experiment_runs/metric_history",
    permission: "run:read",
    versions: [v1alpha3],
    query: HISTORY_PARAMETERS,
    answer: { status: 200, of: metricSchema, list: true },
    handle: (context, { query }) => list(context, query),
  },
];

/** In the order of ids, points come by run, metric, step, timestamp and value: as the store has them. */
async function list(context: OperationContext, query: Query, runNumber?: number): Promise<OperationAnswer> {
  const { externalId: _, stepIds = "", ...others } = query;
  const { query: asked, answer } = parseListQuery(others, metricPointFields, ["metric_history", runNumber, stepIds]);
  const filter = allOf([asked.filter, parseStepIds(stepIds)]);
  const page = await listMetricPoints(context, {
    ...asked,
    ...(filter && { filter }),
    ...(runNumber !== undefined && { runNumber }),
  });
  return { body: answer(page, toWirePoint) };
}

/** `1,2`: points of these steps alone. Throws 400 for what is no list of 64-bit integers. */
function parseStepIds(stepIds: string): Filter | undefined {
  if (stepIds === "") return undefined;
  const values = stepIds.split(",").map((step) => parseStep(step.trim()));
  return { kind: "in", field: { kind: "attribute", name: "step" }, negated: false, values };
}

function parseStep(text: string): Int64 {
  const step = /^-?\d{1,19}$/.test(text) ? toInt64(text) : undefined;
  if (step !== undefined) return step;
  throw badRequest(`stepIds must be 64-bit integers with commas between them, not "${text.slice(0, 100)}".`);
}

/** A point looks like a metric. It was made and last changed when it was measured; a value that is no number is left out. */
function toWirePoint(point: HistoryPoint): object {
  const time = String(point.timestamp);
  return {
    artifactType: "metric",
    createTimeSinceEpoch: time,
    customProperties: {},
    experimentId: String(point.experimentId),
    experimentRunId: String(point.runNumber),
    id: String(metricPointId(point)),
    lastUpdateTimeSinceEpoch: time,
    name: point.key,
    step: point.step,
    timestamp: time,
    value: Number.isNaN(point.value) ? undefined : point.value,
  };
}
