import { toJson } from "../../core/json.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import type { Permission } from "../../core/ports/authorizer.ts";
import type { Route, RouteCall } from "../route.ts";
import { errorAnswer } from "./errors.ts";
import { PREFIXES } from "./prefixes.ts";
import { compileRequestParser } from "./wire/request-parser.ts";
import { readRequestSource } from "./wire/request-source.ts";
import type { Static, WireSchema } from "./wire/types.ts";

/** One operation of MLflow's REST API whose request and answer are JSON. */
export interface MlflowOperation<Request extends WireSchema, Response> {
  /** As in `mlflow-endpoints`: the RPC's name in camelCase. */
  name: string;
  methods: readonly Route["method"][];
  /** Below the prefix; `:name` parameters become fields of the request. */
  path: string;
  request: Request;
  permission: Permission;
  runsOn?: Route["runsOn"];
  handle(context: OperationContext, request: Static<Request>, call: RouteCall): Promise<Response>;
}

/** The routes of an operation: one for each method and prefix. */
export function operation<Request extends WireSchema, Response extends object>(
  definition: MlflowOperation<Request, Response>,
): Route[] {
  const parse = compileRequestParser(definition.request);
  return definition.methods.flatMap((method) =>
    PREFIXES.map((prefix) => ({
      operation: definition.name,
      method,
      path: prefix + definition.path,
      permission: definition.permission,
      requestSchema: definition.request,
      body: "buffered" as const,
      runsOn: definition.runsOn ?? "main",
      handle: answering(async (context, call) => {
        const request = parse(readRequestSource(method, definition.request, call));
        const response = await definition.handle(context, request, call);
        return { status: 200, headers: { "content-type": "application/json" }, body: toJson(response) };
      }),
    })),
  );
}

/** Wraps a handler so that refusals come out in MLflow's envelope; everything else is for the server to report. */
export function answering(
  handle: (context: OperationContext, call: RouteCall) => ReturnType<Route["handle"]>,
): Route["handle"] {
  return async (context, call) => {
    try {
      return await handle(context, call);
    } catch (error) {
      const answer = errorAnswer(error);
      if (answer === undefined) throw error;
      return answer;
    }
  };
}
