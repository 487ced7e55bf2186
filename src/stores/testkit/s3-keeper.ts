/** A program: as `postgres-keeper.ts`, with an S3 server. */
import { endOnSignals, keepServer } from "./kept-server.ts";
import { startS3Server } from "./s3-server.ts";

endOnSignals();
await keepServer(await startS3Server());
