import type { OperationContext } from "../../core/ops/context.ts";
import type { RouteAnswer, RouteCall } from "../../protocols/route.ts";

/** What a reader thread is started with. */
export interface ReaderData extends Pick<OperationContext, "artifactRoot" | "publicUrl" | "storageGroups"> {
  /** Path of the SQLite file. */
  databasePath: string;
}

/** A route's whole call, handed over. `route` is `routeKey` of the route. */
export interface ReadRequest {
  id: number;
  route: string;
  call: RouteCall;
}

/** The finished answer; a failed handler's error comes back as text for the log. */
export type ReadResponse =
  | { id: number; answer: Omit<RouteAnswer, "body"> & { body: Uint8Array | undefined } }
  | { id: number; failure: string };

export function routeKey(route: { method: string; path: string }): string {
  return `${route.method} ${route.path}`;
}
