import { toJson } from "../../../core/json.ts";
import type { RouteAnswer } from "../../route.ts";

const HEADERS = { "content-type": "application/json; charset=UTF-8" };

/** An answer as the contract wants it: UTF-8 and a newline at the end. */
export function jsonAnswer(status: number, body: unknown): RouteAnswer {
  return { status, headers: HEADERS, body: `${toJson(body)}\n` };
}
