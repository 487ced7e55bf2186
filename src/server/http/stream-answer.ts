import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { waitForClient } from "./idle-connections.ts";

/**
 * Sends pieces as they come; each may lose its bytes once the next one is asked for, so that happens only when the operating system has
 * taken all of it. Ends the connection where the pieces fail, because the client has been promised more, and stops where the client
 * goes away, or takes nothing for `idleTimeoutMs`.
 */
export async function streamAnswer(
  reply: FastifyReply,
  pieces: AsyncIterable<Uint8Array>,
  idleTimeoutMs: number,
): Promise<void> {
  reply.hijack();
  const response = reply.raw;
  response.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
  const { socket } = reply.request.raw;
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => undefined);
  const onClose = () => gone.reject(new ConnectionClosedError());
  socket.once("close", onClose);
  try {
    for await (const piece of pieces) {
      await waitForClient(socket, idleTimeoutMs, () => Promise.race([written(response, piece), gone.promise]));
    }
    response.end();
  } catch (error) {
    if (!socket.destroyed) reply.log.error({ err: error }, "an answer broke off");
    response.destroy();
  } finally {
    // The connection goes on to other requests.
    socket.off("close", onClose);
  }
}

class ConnectionClosedError extends Error {}

function written(response: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    response.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
