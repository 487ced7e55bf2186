import type { OperationContext } from "../../core/ops/context.ts";
import type { Permission } from "../../core/ports/authorizer.ts";
import type { Route, RouteAnswer } from "../route.ts";
import { API_VERSIONS, type ApiVersion } from "./api-versions.ts";
import { errorAnswer, refuse } from "./errors.ts";
import { requestSchema } from "./openapi/request-schema.ts";
import type { Resources } from "./schema/fields.ts";
import { jsonAnswer } from "./wire/answer.ts";
import { type BodyKind, readObject } from "./wire/body.ts";
import { parseId, parseQuery, type Query, type QueryParameter } from "./wire/query.ts";

/** One operation of the contract, as data: its routes and its part of the OpenAPI document are made from it. */
export interface KubeflowOperation {
  /** The contract's operationId. */
  readonly name: string;
  readonly summary: string;
  readonly method: Route["method"];
  /** Below the prefix, with `:name` for the contract's `{name}`. */
  readonly path: string;
  readonly permission: Permission;
  /** Where it is; both versions where nothing is said. */
  readonly versions?: readonly ApiVersion[];
  readonly query?: readonly QueryParameter[];
  readonly body?: { readonly kind: BodyKind; readonly of: Resources };
  /** `list`: a page of resources. Nothing of a resource: no body. */
  readonly answer: { readonly status: 200 | 201 | 204; readonly of?: Resources; readonly list?: true };
  /** Another status of success. */
  readonly alsoAnswers?: 200 | 201;
  readonly runsOn?: Route["runsOn"];
  handle(context: OperationContext, request: OperationRequest): Promise<OperationAnswer>;
}

/** A request whose parts are read when the handler asks for them, so that it refuses in its own order. */
export interface OperationRequest {
  readonly version: ApiVersion;
  readonly query: Query;
  /** The number in the path. Throws 400 for what is no 32-bit integer. */
  id(): number;
  /** The text in the path, for numbers that may be larger. */
  idText(): string;
  /** The fields of the body. Throws 400. */
  fields(): Readonly<Record<string, unknown>>;
}

/** The body of the answer, with its status where it is not the operation's usual one. */
export interface OperationAnswer {
  body?: object;
  status?: 200 | 201;
}

/** The routes of an operation: one for each version that has it. */
export function routesOf(operation: KubeflowOperation): Route[] {
  return (operation.versions ?? API_VERSIONS).map((version) => ({
    operation: operation.name,
    method: operation.method,
    path: version.prefix + operation.path,
    permission: operation.permission,
    requestSchema: requestSchema(operation),
    body: "buffered",
    runsOn: operation.runsOn ?? (operation.answer.list ? "reader" : "main"),
    handle: async (context, call) => {
      const answer = await answerOf(operation, version, context, call);
      return { ...answer, headers: { ...answer.headers, ...version.headers } };
    },
  }));
}

async function answerOf(
  operation: KubeflowOperation,
  version: ApiVersion,
  context: OperationContext,
  call: Parameters<Route["handle"]>[1],
): Promise<RouteAnswer> {
  try {
    const [[parameter, text] = ["", undefined]] = Object.entries(call.parameters);
    if (text === "") return refuse("not-found", "The path ends where the number of a resource should be.");
    const { body, status = operation.answer.status } = await operation.handle(context, {
      version,
      query: parseQuery(call.query),
      id: () => parseId(parameter, text ?? ""),
      idText: () => text ?? "",
      fields: () => readObject(call.body),
    });
    return body === undefined ? { status, headers: {}, body: undefined } : jsonAnswer(status, body);
  } catch (error) {
    const answer = errorAnswer(error);
    if (answer === undefined) throw error;
    return answer;
  }
}
