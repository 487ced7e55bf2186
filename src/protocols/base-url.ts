import type { OperationContext } from "../core/ops/context.ts";
import type { RouteCall } from "./route.ts";

/** Where clients reach this server: as the administrator says, else as this client has called it. */
export function baseUrl({ publicUrl }: OperationContext, { headers }: RouteCall): string {
  return publicUrl ?? `http://${headers.host ?? "localhost"}`;
}
