import { availableParallelism } from "node:os";
import { pino } from "pino";
import { sweepBlobs } from "../core/ops/blob-sweep.ts";
import type { OperationContext } from "../core/ops/context.ts";
import type { Config } from "./config/config.ts";
import { keepOutboxShort } from "./delivery/outbox-retention.ts";
import { keepFactsRead } from "./facts-reading.ts";
import { createHttpServer } from "./http/http-server.ts";
import { protocols } from "./protocols.ts";
import { ReaderPool } from "./readers/reader-pool.ts";
import { openRegistry } from "./registry.ts";
import { keepUploadsFew } from "./upload-retention.ts";
import { version } from "./version.ts";

export interface RunningServer {
  /** `http://host:port` as the server listens. */
  url: string;
  /** Finishes what is under way, then lets go of the port and the data folder. */
  close(): Promise<void>;
}

/** Started one after the other, as reads come together; two also where there are two cores, which writes leave half idle. */
const MOST_READER_THREADS = 4;

/** Requests that the server signs come back to it by the binary API. */
function reachableContext(context: OperationContext, { protocols: served }: Config): OperationContext {
  const { directTransfers, ownTransfers, ...rest } = context;
  return ownTransfers === undefined || served.includes("binary") ? context : rest;
}

/** Puts the rooms together and listens. The only place that knows everything. */
export async function startServer(config: Config): Promise<RunningServer> {
  const logger = pino({ level: config.logLevel });
  const registry = await openRegistry(config.dataDirectory, {
    blobs: config.blobs,
    onDamage: (digest, path) => logger.error({ digest, path }, "a file is damaged and was set aside; store it again"),
  });
  const context = { ...reachableContext(registry.context, config), ...deploymentOf(config) };
  const readers = new ReaderPool(
    { databasePath: registry.databasePath, artifactRoot: context.artifactRoot, ...deploymentOf(config) },
    Math.max(2, Math.min(MOST_READER_THREADS, availableParallelism() - 1)),
  );
  const server = createHttpServer({
    protocols: protocols.filter(({ name }) => config.protocols.some((served) => served === name)),
    execute(route, call) {
      // A client that begins to work will search soon; a server that is only asked for its health needs no thread.
      if (route.permission !== "public") readers.warmUp();
      return route.runsOn === "reader" ? readers.run(route, call) : route.handle(context, call);
    },
    bodyLimit: config.bodyLimit,
    idleTimeout: config.idleTimeout,
    logger,
    guard: config,
    version,
  });
  const stopping = new AbortController();
  let upkeep: Promise<unknown> = Promise.resolve();
  const close = async () => {
    stopping.abort();
    await server.close();
    await upkeep;
    await readers.close();
    await registry.close();
  };
  try {
    const url = await server.listen({ host: config.host, port: config.port });
    upkeep = Promise.all([
      registry.upkeep.catch((error) => logger.error({ err: error }, "interrupted uploads were not removed")),
      sweepBlobs(context, stopping.signal).catch((error) => logger.error({ err: error }, "the sweep of blobs failed")),
      keepOutboxShort(context, stopping.signal, (error) => logger.error({ err: error }, "the outbox was not pruned")),
      keepFactsRead(context, stopping.signal, (error) => logger.error({ err: error }, "a model's files were not read")),
      keepUploadsFew(context, stopping.signal, (error) => logger.error({ err: error }, "old uploads were not removed")),
    ]);
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What operations need to know of how this server is set up. */
function deploymentOf({ publicUrl, storageGroups }: Config) {
  return { ...(publicUrl !== undefined && { publicUrl }), ...(storageGroups && { storageGroups }) };
}
