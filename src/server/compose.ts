import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { OperationContext } from "../core/ops/context.ts";
import type { BlobStore } from "../core/ports/blob-store.ts";
import { mlflowRoutes } from "../protocols/mlflow/routes.ts";
import { SqliteMetadataStore } from "../stores/sql/sqlite/sqlite-metadata-store.ts";
import type { Config } from "./config/config.ts";
import { createHttpServer } from "./http/http-server.ts";

export interface RunningServer {
  /** `http://host:port` as the server listens. */
  url: string;
  close(): Promise<void>;
}

/** Puts the rooms together and listens. The only place that knows everything. */
export async function startServer(config: Config): Promise<RunningServer> {
  await mkdir(config.dataDirectory, { recursive: true });
  const store = await SqliteMetadataStore.open(join(config.dataDirectory, "registry.db"));
  const context: OperationContext = {
    store,
    blobs: undefined as unknown as BlobStore,
    clock: Date,
    artifactRoot: "mlflow-artifacts:",
  };
  const server = createHttpServer(mlflowRoutes, context, { bodyLimit: config.bodyLimit });
  const url = await server.listen({ host: config.host, port: config.port });
  return {
    url,
    async close() {
      await server.close();
      await store.close();
    },
  };
}
