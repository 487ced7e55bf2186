/** Any value that JSON can carry. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS";

/** One query parameter; an array repeats the key. */
export type Query = Record<string, string | string[]>;

/**
 * One request of a scenario. Every text may hold `{{name}}` placeholders: `{{unique}}` is the scenario's own token (the same on
 * both servers), `{{server}}` the server's URL, the others were captured from earlier answers of the same server.
 */
export interface Step {
  /** Unique within its scenario; with the scenario's name it is the key of an intended difference. */
  name: string;
  method: Method;
  /** A path from the root, or (without a leading slash) one below `/api/2.0/mlflow/`. Sent as it is written. */
  path: string;
  query?: Query;
  /** Sent as JSON. */
  body?: JsonValue;
  /** Sent as it is written. */
  rawBody?: string;
  /** `application/json` where there is a body; null sends none. */
  contentType?: string | null;
  headers?: Record<string, string>;
  /** Placeholder name -> dotted path in the answer's JSON (`runs.0.info.run_id`). */
  capture?: Record<string, string>;
  /** Keep the order of tags, params, aliases and a run's latest metrics, which is not compared otherwise. */
  ordered?: boolean;
  /** Answer headers to compare beside the content type. */
  compareHeaders?: string[];
  /** Wait before sending, where the order of two writes shows in millisecond timestamps. */
  pauseMs?: number;
}

/** A named list of requests that needs nothing but a running server and leaves other scenarios alone. */
export interface Scenario {
  name: string;
  steps: Step[];
}

/** What came back, as it came. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** What is compared. */
export interface NormalisedAnswer {
  status: number;
  /** Media type without parameters, empty when there is none. */
  type: string;
  headers: Record<string, string>;
  body: JsonValue;
}
