import type { OperationContext } from "../core/ops/context.ts";
import type { Permission } from "../core/ports/authorizer.ts";

/** A request as a protocol sees it, free of any HTTP framework. It can be handed to another thread unless it streams. */
export interface RouteCall {
  /** Values of the path's parameters, percent-decoded once; `*` is the rest of a wildcard path. */
  parameters: Readonly<Record<string, string>>;
  /** The query string without its question mark; "" where there is none. */
  query: string;
  /** Header names are in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** The whole body of a route with `body: "buffered"`. */
  body: Uint8Array | undefined;
  /** The body of a route with `body: "streamed"`, in pieces. Each is valid until the next one is asked for. */
  stream: AsyncIterable<Uint8Array> | undefined;
}

export interface RouteAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Of a stream, each piece is valid until the next one is asked for. */
  body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
}

/** One operation of a protocol, as data: the table of all routes feeds HTTP, logs, metrics, documents and authorization. */
export interface Route {
  /** The contract's own operation name. */
  operation: string;
  method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  /** Path with `:name` parameters, `*` at the end for the rest. */
  path: string;
  permission: Permission;
  /** JSON Schema of the fields of a request, wherever in it they stand. */
  requestSchema?: object;
  body: "none" | "buffered" | "streamed";
  /** `reader`: a read that may take long, run whole on a reader thread. `main`: everything else. */
  runsOn: "main" | "reader";
  handle(context: OperationContext, call: RouteCall): Promise<RouteAnswer>;
}

/** Why the server itself refuses a request, before or behind every handler. */
export type ServerRefusal =
  | "bad-request"
  | "bad-url"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "bad-content-type"
  | "too-large"
  | "internal";

/** A protocol as the server mounts it. */
export interface Protocol {
  name: "mlflow" | "kubeflow" | "binary" | "native";
  routes: readonly Route[];
  /** Beginnings of the paths whose unknown routes are answered in the words of this protocol. */
  prefixes: readonly string[];
  /** Bodies are read whatever the `Content-Type` says, even where it says nothing that can be understood. */
  ignoresContentType?: true;
  /** The server's own refusals in the protocol's shape; `message` is safe to show. */
  refuse(refusal: ServerRefusal, message: string): RouteAnswer;
}
