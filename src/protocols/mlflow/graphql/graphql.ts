import { parseJson, toJson } from "../../../core/json.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import type { Route, RouteCall } from "../../route.ts";
import { invalidParameter } from "../errors.ts";
import { answering } from "../operation.ts";
import { compileRequestParser } from "../wire/request-parser.ts";
import { readRequestSource } from "../wire/request-source.ts";
import { message, optional, string } from "../wire/types.ts";
import { GraphqlResolvers } from "./resolvers.ts";

const requestSchema = message({ query: string(), operationName: optional(string()) });
const parseRequest = compileRequestParser(requestSchema);

/** `/graphql` as MLflow's UI calls it. Every field is a read, answered by the REST operation that it is named after. */
export function graphqlRoutes(restRoutes: readonly Route[]): Route[] {
  const routeOf = new Map(restRoutes.filter(isTracking).map((route) => [route.operation, route]));
  return (["GET", "POST"] as const).map((method) => ({
    operation: "graphql",
    method,
    path: "/graphql",
    permission: "experiment:read",
    body: "buffered",
    runsOn: "reader",
    handle: answering((context, call) => answerQuery(context, routeOf, method, call)),
  }));
}

/** The artifacts proxy has operations of the same names. */
function isTracking({ path }: Route): boolean {
  return path.includes("/mlflow/");
}

async function answerQuery(
  context: OperationContext,
  routeOf: ReadonlyMap<string, Route>,
  method: string,
  call: RouteCall,
): ReturnType<Route["handle"]> {
  const source = readRequestSource(method, requestSchema, call);
  const { query, operationName } = parseRequest(source);
  const variables = readVariables(source.variables ?? new URLSearchParams(call.query).get("variables"));
  // Loaded with the first query: most clients never send one.
  const { executeQuery } = await import("./execute.ts");
  const answer = await executeQuery(
    { query, ...(operationName && { operationName }), ...(variables && { variables }) },
    new GraphqlResolvers(context, routeOf),
  );
  return { status: 200, headers: { "content-type": "application/json" }, body: toJson(answer) };
}

/** An object, or its JSON text in a query string. */
function readVariables(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null) return undefined;
  const variables = typeof value === "string" ? parseVariables(value) : value;
  if (typeof variables === "object" && !Array.isArray(variables)) return variables as Record<string, unknown>;
  throw invalidParameter("The variables of a GraphQL query are a JSON object.");
}

function parseVariables(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw invalidParameter("The variables of a GraphQL query are not valid JSON.");
  }
}
