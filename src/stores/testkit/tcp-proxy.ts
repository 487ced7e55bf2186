import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { pipeline, Transform } from "node:stream";

/** A way to a server on this machine that can be slow, and can break. */
export interface TcpProxy {
  readonly port: number;
  /** How long each piece of an answer is on its way, in milliseconds. */
  delayMs: number;
  /** Each connection breaks once it has carried so many bytes of answers, or of requests. */
  breaksAfterBytes: number;
  /** Connections that have been made. */
  readonly connections: number;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    proxy.connections++;
    const outgoing = connect(target, "127.0.0.1");
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    }
    carry(incoming, outgoing, 0);
    carry(outgoing, incoming, proxy.delayMs);
  });
  const carry = (from: Socket, to: Socket, delayMs: number) => {
    let carried = 0;
    const way = new Transform({
      transform(piece: Buffer, _encoding, done) {
        carried += piece.length;
        if (carried > proxy.breaksAfterBytes) from.destroy();
        setTimeout(() => done(null, piece), delayMs);
      },
    });
    pipeline(from, way, to, () => undefined);
  };
  await once(server.listen(0, "127.0.0.1"), "listening");
  const proxy = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    breaksAfterBytes: Number.POSITIVE_INFINITY,
    connections: 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
  return proxy;
}
