import { Readable } from "node:stream";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { OperationContext } from "../../core/ops/context.ts";
import type { Route, RouteAnswer, RouteCall } from "../../protocols/route.ts";

export interface HttpServerOptions {
  /** Largest buffered body, in bytes. */
  bodyLimit: number;
}

/** Mounts the protocols' routes on Fastify. */
export function createHttpServer(
  routes: readonly Route[],
  context: OperationContext,
  { bodyLimit }: HttpServerOptions,
): FastifyInstance {
  const server = Fastify({ bodyLimit, exposeHeadRoutes: false, routerOptions: { maxParamLength: 4096 } });
  server.removeAllContentTypeParsers();
  for (const body of ["none", "buffered", "streamed"] as const) {
    server.register(async (scope) => {
      if (body === "streamed") scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
      else scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, payload, done) => done(null, payload));
      for (const route of routes.filter((candidate) => candidate.body === body)) mount(scope, route, context);
    });
  }
  return server;
}

function mount(server: FastifyInstance, route: Route, context: OperationContext): void {
  server.route({
    method: route.method,
    url: route.path,
    handler: async (request, reply) => send(reply, await route.handle(context, toCall(route, request))),
  });
}

function toCall(route: Route, request: FastifyRequest): RouteCall {
  const queryStart = request.url.indexOf("?");
  return {
    parameters: request.params as Record<string, string>,
    query: queryStart < 0 ? "" : request.url.slice(queryStart + 1),
    headers: request.headers as Record<string, string | undefined>,
    body: route.body === "buffered" ? (request.body as Uint8Array | undefined) : undefined,
    stream: route.body === "streamed" ? ((request.body as Readable | undefined) ?? Readable.from([])) : undefined,
  };
}

function send(reply: FastifyReply, { status, headers, body }: RouteAnswer): FastifyReply {
  reply.code(status).headers(headers);
  if (body === undefined || typeof body === "string") return reply.send(body);
  return reply.send(body instanceof Uint8Array ? body : Readable.from(body));
}
