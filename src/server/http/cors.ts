import type { FastifyInstance } from "fastify";

/** What pages of other origins may read of an answer. */
const EXPOSED_HEADERS = [
  ...["ETag", "Content-Disposition", "Content-Range", "Repr-Digest", "Location", "Retry-After"],
  ...["Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Checksum-Algorithm"],
  ...["Upload-Offset", "Upload-Length", "Upload-Defer-Length", "Upload-Metadata", "Upload-Concat", "Upload-Expires"],
];

/** How long a browser remembers that it may send something, so that it need not ask before each part of an upload. */
const PREFLIGHT_SECONDS = 7200;

/** Browsers ask first whether a page of another origin may send a change, and are answered here. */
export function allowOrigins(server: FastifyInstance, origins: readonly string[]): void {
  const options = {
    origin: [...origins],
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  };
  server.register(import("@fastify/cors"), {
    // An OPTIONS without this header asks for something else, such as what uploads may do: that has a route.
    delegator: ({ headers }, done) =>
      done(null, { ...options, preflight: headers["access-control-request-method"] !== undefined }),
  });
}
