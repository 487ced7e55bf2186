import { parentPort, workerData } from "node:worker_threads";
import type { OperationContext } from "../../core/ops/context.ts";
import type { RouteAnswer } from "../../protocols/route.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import { protocols } from "../protocols.ts";
import { type ReaderData, type ReadRequest, type ReadResponse, routeKey } from "./messages.ts";
import { noBlobs } from "./no-blobs.ts";

/** A reader thread: the same handlers over a read-only connection of its own. */

const { databasePath, ...deployment } = workerData as ReaderData;
const context: OperationContext = {
  store: SqliteMetadataStore.openReadOnly(databasePath),
  blobs: noBlobs,
  clock: Date,
  ...deployment,
};
const routes = new Map(
  protocols.flatMap((protocol) => protocol.routes.map((route) => [routeKey(route), route] as const)),
);
const encoder = new TextEncoder();

parentPort?.on("message", async (request: ReadRequest) => {
  const response = await respond(request);
  const body = "answer" in response ? response.answer.body : undefined;
  parentPort?.postMessage(response, body === undefined ? [] : [body.buffer as ArrayBuffer]);
});

async function respond({ id, route: key, call }: ReadRequest): Promise<ReadResponse> {
  try {
    const route = routes.get(key);
    if (route === undefined) throw new Error(`No route ${key}`);
    const answer = await route.handle(context, call);
    return { id, answer: { ...answer, body: toBytes(answer.body) } };
  } catch (error) {
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function toBytes(body: RouteAnswer["body"]): Uint8Array | undefined {
  if (body === undefined) return undefined;
  if (typeof body === "string") return encoder.encode(body);
  // Transferring a view takes its whole buffer along, so the bytes get one of their own.
  if (body instanceof Uint8Array) return new Uint8Array(body);
  throw new Error("A route that streams its answer cannot run on a reader thread");
}
