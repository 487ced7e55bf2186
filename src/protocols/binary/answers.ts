import { toJson } from "../../core/json.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import type { Route, RouteAnswer, RouteCall } from "../route.ts";
import { errorAnswer } from "./errors.ts";

/** Where the API begins. */
export const PREFIX = "/api/v1";

export function jsonAnswer(status: number, body: object, headers: Record<string, string> = {}): RouteAnswer {
  return { status, headers: { "content-type": "application/json", ...headers }, body: toJson(body) };
}

/** A handler whose refusals are answered as problems. */
export function answering(handle: Route["handle"]): Route["handle"] {
  return async (context: OperationContext, call: RouteCall) => {
    try {
      return await handle(context, call);
    } catch (error) {
      const answer = errorAnswer(error);
      if (answer === undefined) throw error;
      return answer;
    }
  };
}

/** Where clients fetch a file of a version. */
export function fileUri(base: string, versionId: number, fileName: string): string {
  return `${base}${PREFIX}/models/${versionId}/files/${encodeURIComponent(fileName)}`;
}

/** Where clients fetch all files of a version as one archive. */
export function archiveUri(base: string, versionId: number, fileName: string): string {
  return `${base}${PREFIX}/models/${versionId}/archive/${encodeURIComponent(fileName)}`;
}
