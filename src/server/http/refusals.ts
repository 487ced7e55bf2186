import type { FastifyRequest } from "fastify";
import type { Protocol, RouteAnswer, ServerRefusal } from "../../protocols/route.ts";

/** The answer where no route matches: 405 where the path is known with another method, 404 elsewhere. */
export function answerUnknownPath(protocols: readonly Protocol[], request: FastifyRequest): RouteAnswer {
  const path = request.url.split("?", 1)[0] ?? "";
  const methods = new Set(
    protocols.flatMap(({ routes }) =>
      routes.filter((route) => patternOf(route.path).test(path)).map((route) => route.method),
    ),
  );
  const refuse = refusingIn(protocols, path);
  if (methods.size === 0) return refuse("not-found", `There is nothing at ${request.method} ${path.slice(0, 200)}.`);
  const allowed = [...methods].join(", ");
  const answer = refuse("method-not-allowed", `${path} takes ${allowed}, not ${request.method}.`);
  return { ...answer, headers: { ...answer.headers, allow: allowed } };
}

/** The answer where the path is not valid percent-encoding. */
export function answerBadUrl(protocols: readonly Protocol[], request: FastifyRequest): RouteAnswer {
  return refusingIn(protocols, request.url)("bad-url", "Invalid path: it is not valid percent-encoding.");
}

/** The words of the protocol whose prefix fits the path best, or plain text. */
function refusingIn(protocols: readonly Protocol[], path: string): Protocol["refuse"] {
  let longest = "";
  let refuse: Protocol["refuse"] = refuseInText;
  for (const protocol of protocols) {
    for (const prefix of protocol.prefixes) {
      if (!path.startsWith(prefix) || prefix.length <= longest.length) continue;
      longest = prefix;
      refuse = protocol.refuse;
    }
  }
  return refuse;
}

/** What the paths of a route look like. */
function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/:[A-Za-z_]+/g, "[^/]+").replace(/\*$/, ".*")}$`);
}

/** The answer where a handler failed, or where the request could not be read. Only our own words reach the client. */
export function answerFailure(refuse: Protocol["refuse"], error: unknown, request: FastifyRequest): RouteAnswer {
  // The client has gone away in the middle of its body: nobody reads the answer, and nothing is wrong here.
  if (request.raw.socket.destroyed) return refuse("bad-request", "The connection was closed.");
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status === 415) return refuse("bad-content-type", "The Content-Type header is not one.");
  if (status === 413) return refuse("too-large", "The request body is larger than this server accepts.");
  if (status >= 400 && status < 500) return refuse("bad-request", "The request could not be read.");
  request.log.error({ err: error, method: request.method, path: request.url.split("?", 1)[0] }, "a request failed");
  return refuse("internal", `The server failed to handle the request. Its log has the details under ${request.id}.`);
}

const TEXT_STATUS: Readonly<Record<ServerRefusal, number>> = {
  "bad-request": 400,
  "bad-url": 400,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "too-large": 413,
  "bad-content-type": 415,
  internal: 500,
};

/** Where no protocol is asked. */
export function refuseInText(refusal: ServerRefusal, message: string): RouteAnswer {
  return {
    status: TEXT_STATUS[refusal],
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: `${message}\n`,
  };
}
