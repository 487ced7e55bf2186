import type { Int64 } from "../../core/model/values.ts";
import * as metrics from "../../core/ops/metrics.ts";
import type { StepRange } from "../../core/ports/metrics.ts";
import { encodePageToken } from "../page-token.ts";
import { invalidParameter } from "./errors.ts";
import { operation } from "./operation.ts";
import { decodePageToken } from "./search/page-token.ts";
import { validatePageSize } from "./validation.ts";
import { missingValue } from "./wire/request-parser.ts";
import { runReference, toRunId, toWireMetrics, toWireMetricWithRunId } from "./wire/runs.ts";
import { int32, int64, list, message, optional, string } from "./wire/types.ts";

const MOST_RUNS = 100;
const MOST_BULK_POINTS = 25_000;
const MOST_SAMPLED_POINTS = 2500;

export const metricRoutes = [
  operation({
    name: "getMetricHistory",
    methods: ["GET"],
    path: "/mlflow/metrics/get-history",
    request: message({
      ...runReference,
      metric_key: optional(string()),
      page_token: optional(string()),
      max_results: optional(int32()),
    }),
    permission: "run:read",
    runsOn: "reader",
    async handle(context, request) {
      const { metric_key: key, max_results: limit } = request;
      const runId = toRunId(request);
      if (!key) throw missingValue("metric_key");
      if (limit !== undefined) validatePageSize(limit, ".");
      const after = decodePageToken(request.page_token, [runId, key]);
      const page = await metrics.getMetricHistory(context, {
        runId,
        key,
        ...(limit !== undefined && { limit }),
        ...(after && { after }),
      });
      return {
        ...(page.items.length > 0 && { metrics: toWireMetrics(page.items) }),
        ...(page.next && { next_page_token: encodePageToken(page.next, [runId, key]) }),
      };
    },
  }),
  operation({
    name: "getMetricHistoryBulk",
    methods: ["GET"],
    path: "/mlflow/metrics/get-history-bulk",
    request: message({
      run_id: optional(list(string())),
      metric_key: optional(string()),
      max_results: optional(int32()),
    }),
    permission: "run:read",
    runsOn: "reader",
    async handle(context, { run_id: runIds = [], metric_key: key, max_results = MOST_BULK_POINTS }) {
      if (runIds.length === 0) {
        throw invalidParameter("GetMetricHistoryBulk request must specify at least one run_id.");
      }
      if (runIds.length > MOST_RUNS) {
        throw invalidParameter(
          `GetMetricHistoryBulk request cannot specify more than ${MOST_RUNS} run_ids. Received ${runIds.length} run_ids.`,
        );
      }
      if (key === undefined) throw invalidParameter("GetMetricHistoryBulk request must specify a metric_key.");
      const limit = Math.max(0, Math.min(max_results, MOST_BULK_POINTS));
      const points = await metrics.getMetricHistoryBulk(context, { runIds, key, limit });
      return { metrics: points.map(toWireMetricWithRunId) };
    },
  }),
  operation({
    name: "getMetricHistoryBulkInterval",
    methods: ["GET"],
    path: "/mlflow/metrics/get-history-bulk-interval",
    request: message({
      run_ids: list(string()),
      metric_key: string(),
      start_step: optional(int64()),
      end_step: optional(int64()),
      max_results: optional(int32()),
    }),
    permission: "run:read",
    runsOn: "reader",
    async handle(context, { run_ids: runIds, metric_key: key, start_step, end_step, max_results }) {
      validateRunCount(runIds);
      const limit = max_results ?? MOST_SAMPLED_POINTS;
      if (limit < 1 || limit > MOST_SAMPLED_POINTS) {
        throw invalidParameter(`max_results must be between 1 and ${MOST_SAMPLED_POINTS}.${SEE_DOCUMENTS}`);
      }
      const steps = toStepRange(start_step, end_step);
      const points = await metrics.getMetricHistoryBulkInterval(context, {
        runIds,
        key,
        limit,
        ...(steps && { steps }),
      });
      return { ...(points.length > 0 && { metrics: points.map(toWireMetricWithRunId) }) };
    },
  }),
].flat();

const SEE_DOCUMENTS = " See the API docs for more information about request parameters.";

function validateRunCount(runIds: readonly string[]): void {
  if (runIds.length <= MOST_RUNS) return;
  throw invalidParameter(
    `GetMetricHistoryBulkInterval request must specify at most ${MOST_RUNS} run_ids. Received ${runIds.length} run_ids.${SEE_DOCUMENTS}`,
  );
}

function toStepRange(start: Int64 | undefined, end: Int64 | undefined): StepRange | undefined {
  if (start === undefined && end === undefined) return undefined;
  if (start === undefined || end === undefined) {
    throw invalidParameter("If either start step or end step are specified, both must be specified.");
  }
  if (start > end) {
    throw invalidParameter(`end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`);
  }
  return { start, end };
}
