import { createHash } from "node:crypto";
import type { Server } from "../contestants/contestant.ts";
import { ask, get } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import { blocks, megabytesPerSecond } from "../measure/blocks.ts";
import { diskSpeed, forgetCachedBelow } from "../measure/disk.ts";
import { loopbackSpeed } from "../measure/loopback.ts";
import { memoryGrowth } from "../measure/memory-watch.ts";
import type { Row, ServerWorkload } from "../workload.ts";
import { newRuns } from "./runs.ts";

const TIMEOUT = 300_000;
const SAMPLE = "an artifact\n".repeat(10_000);

/** One large file up and down through the artifact proxy, beside what disk and loopback give in the same round. */
export const transfer: ServerWorkload = {
  name: "transfer",
  dataset: "standard",
  rows: [
    speed("upload", "upload of 1 GiB through the proxy"),
    share("upload-share", "… of what disk (write, fsync) and loopback give"),
    growth("upload-growth", "… growth of the server's memory"),
    speed("download", "download of 1 GiB through the proxy, not in the page cache"),
    share("download-share", "… of what disk (read) and loopback give"),
    growth("download-growth", "… growth of the server's memory"),
  ],
  async prepare(server, scale) {
    const root = await artifactRoot(server.port);
    return {
      answer: () => roundTrip(server.port, `${root}/sample.txt`),
      async measure() {
        const bytes = scale.transferBytes;
        const disk = await diskSpeed(server.folder, bytes);
        const loopback = await loopbackSpeed(bytes);
        const path = `${root}/large.bin`;
        const up = await timedTransfer(server, bytes, (each) => upload(each, path, bytes));
        await forgetCachedBelow(server.folder, bytes);
        const down = await timedTransfer(server, bytes, (each) => download(each, path, bytes));
        await onConnection(server.port, (each) => each.request("DELETE", path));
        return {
          upload: up.speed,
          "upload-share": (100 * up.speed) / Math.min(disk.write, loopback),
          "upload-growth": up.growth,
          download: down.speed,
          "download-share": (100 * down.speed) / Math.min(disk.read, loopback),
          "download-growth": down.growth,
        };
      },
    };
  },
};

/** Where a new run's artifacts are on the proxy. */
async function artifactRoot(port: number): Promise<string> {
  const [run = ""] = await newRuns(port, 1);
  type Answer = { run: { info: { artifact_uri: string } } };
  const answer = await onConnection(port, (each) => ask<Answer>(each, get("runs/get", { run_id: run })));
  return answer.run.info.artifact_uri.replace("mlflow-artifacts:/", "/api/2.0/mlflow-artifacts/artifacts/");
}

async function roundTrip(port: number, path: string): Promise<unknown> {
  return onConnection(port, async (connection) => {
    const put = await connection.request("PUT", path, SAMPLE, { contentType: "text/plain" });
    const { status, body } = await connection.request("GET", path);
    return { put: put.status, get: status, digest: createHash("sha256").update(body).digest("base64") };
  });
}

async function timedTransfer(server: Server, bytes: number, work: (connection: Connection) => Promise<void>) {
  let milliseconds = 0;
  const grown = await memoryGrowth(server.pid, async () => {
    const started = performance.now();
    await onConnection(server.port, work);
    milliseconds = performance.now() - started;
  });
  return { speed: megabytesPerSecond(bytes, milliseconds), growth: grown };
}

async function upload(connection: Connection, path: string, bytes: number): Promise<void> {
  const stream = { length: bytes, parts: blocks(bytes) };
  const { status } = await connection.request("PUT", path, undefined, { stream, timeout: TIMEOUT });
  if (status !== 200) throw new Error(`upload answered ${status}`);
}

async function download(connection: Connection, path: string, bytes: number): Promise<void> {
  const answer = await connection.request("GET", path, undefined, { countOnly: true, timeout: TIMEOUT });
  if (answer.status !== 200 || answer.bytes !== bytes) {
    throw new Error(`download answered ${answer.status} with ${answer.bytes} bytes`);
  }
}

async function onConnection<Result>(port: number, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = new Connection(port);
  try {
    return await work(connection);
  } finally {
    connection.close();
  }
}

function speed(id: string, title: string): Row {
  return { id, title, unit: "MB/s", better: "more", goals: [] };
}

function share(id: string, title: string): Row {
  return { id, title, unit: "%", better: "more", goals: [{ kind: "bound", value: 70 }] };
}

/** At most 64 MiB. */
function growth(id: string, title: string): Row {
  return { id, title, unit: "MB", better: "less", goals: [{ kind: "bound", value: 67 }] };
}
