import type { HttpRequest, RequestOptions, Transport } from "../transport.ts";

const PREFIX = "/api/2.0/mlflow/";

/** A tag, a param or an alias as MLflow's REST API writes it. */
export interface WireTag {
  key: string;
  value: string;
}

/** A list as MLflow's REST API takes it. */
export interface SearchOptions extends RequestOptions {
  /** In MLflow's filter language, such as `name LIKE 'wine%' AND tags.team = 'cellar'`. */
  filter?: string;
  /** Such as `["name ASC"]`. */
  orderBy?: readonly string[];
  /** How many come in one answer (100). The list itself has no end but its own. */
  pageSize?: number;
}

/** What is common to the groups that speak MLflow's REST API. */
export class MlflowOperations {
  protected readonly transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** A GET; what is undefined is left out. */
  protected read<T>(operation: string, query: HttpRequest["query"], signal: AbortSignal | undefined): Promise<T> {
    return this.transport.json<T>({ method: "GET", path: PREFIX + operation, ...(query && { query }), signal });
  }

  /** A change that is the same when it is made twice. */
  protected change<T>(
    method: "POST" | "PATCH" | "DELETE",
    operation: string,
    json: object,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return this.transport.json<T>({ method, path: PREFIX + operation, json, repeatable: true, signal });
  }

  /** A change that is not sent again where its answer gets lost. */
  protected changeOnce<T>(operation: string, json: object, signal: AbortSignal | undefined): Promise<T> {
    return this.transport.json<T>({ method: "POST", path: PREFIX + operation, json, signal });
  }

  /** A deletion; not there any more, after an answer got lost, is what it wanted. */
  protected async remove(operation: string, json: object, signal: AbortSignal | undefined): Promise<void> {
    const request = { method: "DELETE", path: PREFIX + operation, json, signal } as const;
    await this.transport.json<unknown>(request, async ({ code }) => (code === "not-found" ? {} : undefined));
  }
}

/** A list of pairs as an object. */
export function toRecord(tags: readonly WireTag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** An object as a list of pairs. */
export function toWireTags(tags: Readonly<Record<string, string>> = {}): WireTag[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
