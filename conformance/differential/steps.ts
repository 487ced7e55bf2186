import type { JsonValue, Method, Query, Scenario, Step } from "./types.ts";

/** What a step may have beside its name, method, path and payload. */
export type StepOptions = Omit<Step, "name" | "method" | "path" | "query" | "body">;

/** The id of no run; with `m-` before it, of no logged model. */
export const UNKNOWN_ID = "0123456789abcdef0123456789abcdef";

export function scenario(name: string, ...steps: (Step | Step[])[]): Scenario {
  return { name, steps: steps.flat() };
}

export function get(name: string, path: string, query: Query = {}, options: StepOptions = {}): Step {
  return { name, method: "GET", path, query, ...options };
}

export function post(name: string, path: string, body: JsonValue, options: StepOptions = {}): Step {
  return { name, method: "POST", path, body, ...options };
}

export function patch(name: string, path: string, body: JsonValue, options: StepOptions = {}): Step {
  return { name, method: "PATCH", path, body, ...options };
}

export function del(name: string, path: string, body: JsonValue, options: StepOptions = {}): Step {
  return { name, method: "DELETE", path, body, ...options };
}

/** A request whose body is text of any kind. */
export function raw(name: string, method: Method, path: string, rawBody: string, options: StepOptions = {}): Step {
  return { name, method, path, rawBody, ...options };
}

/** One POST for each row: step name -> body. */
export function postEach(path: string, bodies: Record<string, JsonValue>, options: StepOptions = {}): Step[] {
  return Object.entries(bodies).map(([name, body]) => post(name, path, body, options));
}

/** One GET for each row: step name -> query. */
export function getEach(path: string, queries: Record<string, Query>, options: StepOptions = {}): Step[] {
  return Object.entries(queries).map(([name, query]) => get(name, path, query, options));
}

/** A fresh experiment; its id is `{{experimentId}}`, or `{{<variable>}}`. */
export function createExperiment(name = "exp-{{unique}}", variable = "experimentId"): Step {
  return post(
    `create experiment ${name}`,
    "experiments/create",
    { name },
    { capture: { [variable]: "experiment_id" } },
  );
}

/** A run of `{{experimentId}}` with a fixed start time; its id is `{{runId}}`, or `{{<variable>}}`. */
export function createRun(variable = "runId", fields: { [key: string]: JsonValue } = {}): Step {
  const body = { experiment_id: "{{experimentId}}", start_time: 1_700_000_000_000, run_name: variable, ...fields };
  return post(`create ${variable}`, "runs/create", body, { capture: { [variable]: "run.info.run_id" } });
}
