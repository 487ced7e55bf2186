import { S3Client } from "@aws-sdk/client-s3";
import type { S3Settings } from "./settings.ts";

const ignore = () => undefined;

/** What the SDK has to say about single attempts is for nobody; what fails in the end is an error. */
const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Until a connection is there. */
const CONNECTION_TIMEOUT_MS = 5_000;

/** Until an answer to a request without many bytes begins. */
const ANSWER_TIMEOUT_MS = 30_000;

/** As `ANSWER_TIMEOUT_MS`, where the server has to put an object together or to copy one before it answers. */
const LONG_WORK_TIMEOUT_MS = 15 * 60_000;

/** Slower than this, a part does not arrive any more. */
const SLOWEST_BYTES_PER_MS = 50;

/** Of requests that the SDK may repeat: those whose body is no stream. */
const ATTEMPTS = 4;

/** Enough for every request that may be under way: a download keeps its connection as long as its reader takes. */
const MOST_CONNECTIONS = 1000;

export function createClient({ endpoint, region, credentials, certificateAuthority, pathStyle }: S3Settings): S3Client {
  const agent = { maxSockets: MOST_CONNECTIONS, keepAlive: true };
  return new S3Client({
    forcePathStyle: pathStyle,
    logger: SILENT,
    maxAttempts: ATTEMPTS,
    retryMode: "standard",
    // Newer checksums are unknown to many servers; bytes are signed or encrypted on their way, and every blob has its own digest.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // It would cost each part a round trip, to learn early of a refusal that the start would have met.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: 0,
      httpAgent: agent,
      httpsAgent: { ...agent, ...(certificateAuthority !== undefined && { ca: certificateAuthority }) },
    },
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
  });
}

/** How long one request may take until its answer begins, in milliseconds. */
export interface Patience {
  requestTimeout: number;
}

/** For a request that carries so many bytes. */
export function timeToSend(size: number): Patience {
  return { requestTimeout: ANSWER_TIMEOUT_MS + size / SLOWEST_BYTES_PER_MS };
}

export const timeForLongWork: Patience = { requestTimeout: LONG_WORK_TIMEOUT_MS };

/** For requests that clients make: it knows S3 by the address at which they reach it. Undefined where they can't. */
export function createSigner(settings: S3Settings): S3Client | undefined {
  const { publicEndpoint } = settings;
  if (publicEndpoint === undefined) return undefined;
  return createClient(publicEndpoint === "same" ? settings : { ...settings, endpoint: publicEndpoint });
}
