import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Runs `work`, which waits for the client; where nothing moves on the connection for so long, or for twice as long at most, closes it.
 * What the client gets to do is not bounded as a whole: an upload may take days, as long as it goes on.
 */
export async function waitForClient<T>(socket: Socket, idleTimeoutMs: number, work: () => Promise<T>): Promise<T> {
  // Without anybody who listens for it, Node's server destroys a socket that has timed out.
  socket.setTimeout(idleTimeoutMs);
  try {
    return await work();
  } finally {
    socket.setTimeout(0);
  }
}

/** The same for bodies that are read whole before a handler sees them. */
export function closeIdleBodies(scope: FastifyInstance, idleTimeoutMs: number): void {
  scope.addHook("onRequest", ({ raw }, _reply, done) => {
    raw.socket.setTimeout(idleTimeoutMs);
    done();
  });
  scope.addHook("preValidation", ({ raw }, _reply, done) => {
    raw.socket.setTimeout(0);
    done();
  });
}
