import * as runs from "../../core/ops/runs.ts";
import { encodePageToken } from "../page-token.ts";
import { operation } from "./operation.ts";
import { parseFilter } from "./search/language.ts";
import { runLanguage } from "./search/languages.ts";
import { parseOrder } from "./search/order.ts";
import { decodePageToken } from "./search/page-token.ts";
import { validateUserId } from "./validation/names.ts";
import { validateTagsOfNewRun } from "./validation/run-data.ts";
import { parseExperimentId, validatePageSize } from "./validation.ts";
import { wrongType } from "./wire/request-parser.ts";
import {
  keyAndValue,
  runReference,
  runStatus,
  toCoreTag,
  toRunId,
  toWireNewRun,
  toWireRun,
  toWireRunInfo,
} from "./wire/runs.ts";
import { int32, int64, list, message, optional, string } from "./wire/types.ts";
import { viewType, viewTypes } from "./wire/view-type.ts";

const DEFAULT_PAGE_SIZE = 1000;
const LARGEST_PAGE = 50_000;

export const runRoutes = [
  operation({
    name: "createRun",
    methods: ["POST"],
    path: "/mlflow/runs/create",
    request: message({
      experiment_id: string(),
      user_id: optional(string()),
      run_name: optional(string()),
      start_time: optional(int64()),
      tags: optional(list(keyAndValue)),
    }),
    permission: "run:write",
    async handle(context, { experiment_id, user_id = "", run_name = "", start_time = 0, tags = [] }) {
      validateUserId(user_id);
      const run = await runs.createRun(context, {
        experimentId: parseExperimentId(experiment_id),
        userId: user_id,
        name: run_name,
        startTime: start_time,
        tags: validateTagsOfNewRun(tags.map(toCoreTag)),
      });
      return { run: toWireNewRun(run) };
    },
  }),
  operation({
    name: "getRun",
    methods: ["GET"],
    path: "/mlflow/runs/get",
    request: message(runReference),
    permission: "run:read",
    async handle(context, request) {
      return { run: toWireRun(await runs.getRun(context, toRunId(request))) };
    },
  }),
  operation({
    name: "updateRun",
    methods: ["POST"],
    path: "/mlflow/runs/update",
    request: message({
      ...runReference,
      status: optional(runStatus),
      end_time: optional(int64()),
      run_name: optional(string()),
    }),
    permission: "run:write",
    async handle(context, request) {
      const info = await runs.updateRun(context, toRunId(request), {
        ...(request.status !== undefined && { status: request.status }),
        ...(request.end_time !== undefined && { endTime: request.end_time }),
        ...(request.run_name && { name: request.run_name }),
      });
      return { run_info: toWireRunInfo(info) };
    },
  }),
  operation({
    name: "deleteRun",
    methods: ["POST"],
    path: "/mlflow/runs/delete",
    request: message({ run_id: string() }),
    permission: "run:delete",
    async handle(context, { run_id }) {
      await runs.deleteRun(context, run_id);
      return {};
    },
  }),
  operation({
    name: "restoreRun",
    methods: ["POST"],
    path: "/mlflow/runs/restore",
    request: message({ run_id: string() }),
    permission: "run:delete",
    async handle(context, { run_id }) {
      await runs.restoreRun(context, run_id);
      return {};
    },
  }),
  operation({
    name: "searchRuns",
    methods: ["POST"],
    path: "/mlflow/runs/search",
    request: message({
      experiment_ids: optional(list(string())),
      filter: optional(string()),
      run_view_type: optional(viewType),
      max_results: optional(int32()),
      order_by: optional(list(string())),
      page_token: optional(string()),
    }),
    permission: "run:read",
    runsOn: "reader",
    async handle(context, request) {
      const limit = request.max_results ?? DEFAULT_PAGE_SIZE;
      if (limit > LARGEST_PAGE) throw wrongType(limit, "max_results");
      validatePageSize(limit);
      const { experiment_ids = [], filter, run_view_type = "ACTIVE_ONLY", order_by } = request;
      const query = [experiment_ids, filter, run_view_type, order_by];
      const after = decodePageToken(request.page_token, query);
      const parsedFilter = parseFilter(runLanguage, filter);
      const page = await runs.searchRuns(context, {
        experimentIds: experiment_ids.map(parseExperimentId),
        view: viewTypes[run_view_type],
        ...(parsedFilter && { filter: parsedFilter }),
        order: parseOrder(runLanguage, order_by),
        limit,
        ...(after && { after }),
      });
      return {
        ...(page.items.length > 0 && { runs: page.items.map(toWireRun) }),
        ...(page.next && { next_page_token: encodePageToken(page.next, query) }),
      };
    },
  }),
].flat();
