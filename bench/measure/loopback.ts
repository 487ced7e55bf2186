import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { blocks, megabytesPerSecond } from "./blocks.ts";

/** MB/s of a plain TCP connection over loopback into another thread that throws the bytes away. */
export async function loopbackSpeed(bytes: number): Promise<number> {
  const worker = new Worker(new URL(import.meta.url));
  try {
    const [port] = (await once(worker, "message")) as [number];
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    await once(socket, "connect");
    const started = performance.now();
    for (const block of blocks(bytes)) {
      if (!socket.write(block)) await once(socket, "drain");
    }
    socket.end();
    await once(socket.resume(), "close");
    return megabytesPerSecond(bytes, performance.now() - started);
  } finally {
    await worker.terminate();
  }
}

/** The other end, in the worker: reads to the end, then closes. */
function swallow(): void {
  const server = createServer((socket) => socket.resume().on("end", () => socket.end()));
  server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
}

if (!isMainThread) swallow();
