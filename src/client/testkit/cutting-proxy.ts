import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

type Direction = "up" | "down";

/** A connection between a client and a server that breaks when a test says so. */
export interface CuttingProxy {
  readonly url: string;
  /** How often it has broken. */
  readonly cuts: number;
  /** Breaks the connection that carries the byte after so many more in this direction: once for each number, in turn. */
  cutAfter(direction: Direction, ...bytes: readonly number[]): void;
  close(): Promise<void>;
}

/** Starts one before the server at `url`; the test closes it. */
export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const planned: Record<Direction, number[]> = { up: [], down: [] };
  let cuts = 0;

  function carry(from: Socket, to: Socket, direction: Direction): void {
    from.on("data", (piece: Buffer) => {
      const [left] = planned[direction];
      if (left !== undefined && piece.byteLength > left) {
        planned[direction].shift();
        cuts++;
        to.write(piece.subarray(0, left), () => {
          from.destroy();
          to.destroy();
        });
        return;
      }
      if (left !== undefined) planned[direction][0] = left - piece.byteLength;
      if (!to.write(piece)) {
        from.pause();
        to.once("drain", () => from.resume());
      }
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    sockets.add(client).add(upstream);
    carry(client, upstream, "up");
    carry(upstream, client, "down");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    cutAfter: (direction, ...bytes) => planned[direction].push(...bytes),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
