import type { IncomingMessage } from "node:http";
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Protocol, Route, RouteAnswer, RouteCall } from "../../protocols/route.ts";
import { addApiDocuments } from "./api-documents.ts";
import { allowOrigins } from "./cors.ts";
import { closeIdleBodies } from "./idle-connections.ts";
import { addLandingPage } from "./landing-page.ts";
import { answerBadUrl, answerFailure, answerUnknownPath, refuseInText } from "./refusals.ts";
import { bodyPieces, discardRest } from "./request-body.ts";
import { type GuardOptions, refusalReason } from "./request-guard.ts";
import { streamAnswer } from "./stream-answer.ts";

export interface HttpServerOptions {
  protocols: readonly Protocol[];
  /** Runs a route's handler, here or on a reader thread. */
  execute(route: Route, call: RouteCall): Promise<RouteAnswer>;
  /** Largest buffered body, in bytes. */
  bodyLimit: number;
  /** After how long without a byte from or to a client that the server waits for its connection is closed, in ms. */
  idleTimeout: number;
  logger: FastifyBaseLogger;
  guard: GuardOptions;
  /** Of this program, for the page at `/`. */
  version: string;
}

/** Longest path parameter that is looked at, in characters; artifact paths are the longest, 2,000 bytes percent-encoded. */
const MAXIMUM_PARAMETER_LENGTH = 8192;

/** Longest request line with all headers, in bytes: a filter stands in the URL, percent-encoded, with up to 50,000 characters. */
const MAXIMUM_HEADER_SIZE = 256 * 1024;

/** Browsers neither guess the type of an answer nor show it in a frame of another site, as with upstream. */
const BROWSER_HEADERS = { "x-content-type-options": "nosniff", "x-frame-options": "SAMEORIGIN" };

/** Mounts the protocols' routes on Fastify. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const sendAnswer = (reply: FastifyReply, answer: RouteAnswer) => send(reply, answer, options.idleTimeout);
  const server = Fastify({
    bodyLimit: options.bodyLimit,
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    frameworkErrors: (_error, request, reply) => sendAnswer(reply, answerBadUrl(options.protocols, request)),
    forceCloseConnections: "idle",
    // Node's own five minutes would cut off an upload that takes longer, however well it goes on.
    requestTimeout: 0,
    http: { maxHeaderSize: MAXIMUM_HEADER_SIZE },
    // A base URL that ends in a slash, joined to a path that starts with one: upstream serves that too.
    rewriteUrl: ({ url = "/" }) => url.replace(/^\/{2,}/, "/"),
    routerOptions: { maxParamLength: MAXIMUM_PARAMETER_LENGTH, ignoreDuplicateSlashes: false },
  });
  // MLflow reads the fields of a GET from its body where there is no query.
  server.addHttpMethod("GET", { hasBody: true, overrideExisting: true });
  server.removeAllContentTypeParsers();
  server.addHook("onRequest", (request, reply, done) => {
    const reason = refusalReason(options.guard, request.method, request.headers);
    if (reason === undefined) done();
    else sendAnswer(reply, refuseInText("forbidden", reason));
  });
  closeConnectionsOnceIdle(server);
  if (options.guard.allowedOrigins.length > 0) allowOrigins(server, options.guard.allowedOrigins);
  addLandingPage(server, options.version);
  addApiDocuments(server);
  server.setNotFoundHandler((request, reply) => sendAnswer(reply, answerUnknownPath(options.protocols, request)));
  server.setErrorHandler((error, request, reply) => {
    // What no route takes may fail before it is looked at, such as a QUERY without a content type.
    if (request.is404) return sendAnswer(reply, answerUnknownPath(options.protocols, request));
    return sendAnswer(reply, answerFailure(refuseInText, error, request));
  });
  for (const protocol of options.protocols) {
    for (const body of ["none", "buffered", "streamed"] as const) {
      server.register(async (scope) => {
        addBodyParser(scope, body, options.idleTimeout);
        if (protocol.ignoresContentType) scope.addHook("onRequest", hideContentType);
        scope.setErrorHandler((error, request, reply) =>
          sendAnswer(reply, answerFailure(protocol.refuse, error, request)),
        );
        for (const route of protocol.routes) if (route.body === body) mount(scope, route, options);
      });
    }
  }
  return server;
}

/** How often a server that is closing looks for connections without a request, in ms. */
const CLOSING_INTERVAL_MS = 50;

/** One whose answer is still on its way when the server closes becomes idle a moment later, and would keep the server for a minute. */
function closeConnectionsOnceIdle(server: FastifyInstance): void {
  server.addHook("preClose", (done) => {
    const timer = setInterval(() => server.server.closeIdleConnections(), CLOSING_INTERVAL_MS);
    server.server.once("close", () => clearInterval(timer));
    done();
  });
}

function addBodyParser(scope: FastifyInstance, body: Route["body"], idleTimeout: number): void {
  if (body === "buffered") {
    closeIdleBodies(scope, idleTimeout);
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, payload, done) => done(null, payload));
  } else {
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  }
}

/** Fastify refuses a header that it can't parse before any parser of ours is asked. */
function hideContentType({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (raw.headers["content-type"] !== undefined) raw.headers["content-type"] = "application/octet-stream";
  done();
}

function mount(scope: FastifyInstance, route: Route, { execute, idleTimeout }: HttpServerOptions): void {
  scope.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => {
      const answer = await execute(route, toCall(route, request, idleTimeout));
      if (route.body === "streamed") await discardRest(request.body as IncomingMessage | undefined, idleTimeout);
      return send(reply, answer, idleTimeout);
    },
  });
}

function toCall(route: Route, request: FastifyRequest, idleTimeout: number): RouteCall {
  const queryStart = request.url.indexOf("?");
  return {
    parameters: request.params as Record<string, string>,
    query: queryStart < 0 ? "" : request.url.slice(queryStart + 1),
    headers: request.headers as Record<string, string | undefined>,
    body: route.body === "buffered" ? (request.body as Uint8Array | undefined) : undefined,
    stream:
      route.body === "streamed" ? bodyPieces(request.body as IncomingMessage | undefined, idleTimeout) : undefined,
  };
}

function send(reply: FastifyReply, { status, headers, body }: RouteAnswer, idleTimeout: number): FastifyReply {
  reply.code(status).headers(BROWSER_HEADERS).headers(headers);
  if (body === undefined || typeof body === "string") return reply.send(body);
  if (body instanceof Uint8Array) return reply.send(body);
  void streamAnswer(reply, body, idleTimeout);
  return reply;
}
