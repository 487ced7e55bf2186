import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ensureVersitygw } from "../../../scripts/lib/versitygw.mjs";

/** A real S3 server of its own, for a test that ends it or changes it. */
export interface S3Server {
  /** `http://ACCESS_KEY:SECRET_KEY@127.0.0.1:PORT`. */
  readonly url: string;
  /** The folder with one folder for each bucket, in which objects are files. */
  readonly directory: string;
  /** Ends it at once, as `kill -9` does. */
  kill(): Promise<void>;
  /** Starts it again, with what it had, at the same address. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

export interface S3ServerOptions {
  /** Files in PEM. */
  tls?: { certificate: string; key: string };
}

export async function startS3Server({ tls }: S3ServerOptions = {}): Promise<S3Server> {
  const program = await ensureVersitygw();
  const root = await mkdtemp(join(tmpdir(), "modelregistry-s3-"));
  const directory = join(root, "buckets");
  await mkdir(directory);
  const port = await freePort();
  const [accessKey, secretKey] = [randomBytes(8).toString("hex"), randomBytes(16).toString("hex")];
  const args = ["--port", `127.0.0.1:${port}`, "--quiet", "--keep-alive"];
  if (tls) args.push("--cert", tls.certificate, "--key", tls.key);
  const environment = { ...process.env, ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey };
  const start = async () => {
    const child = spawn(program, [...args, "posix", directory], {
      env: environment,
      // Its own group: Ctrl-C in the terminal is for the tests, which then stop it in order.
      detached: true,
      stdio: "ignore",
    });
    await untilListening(child, port);
    return child;
  };
  let child = await start();
  return {
    url: `${tls ? "https" : "http"}://${accessKey}:${secretKey}@127.0.0.1:${port}`,
    directory,
    kill: () => kill(child),
    async restart() {
      child = await start();
    },
    async stop() {
      await kill(child);
      await rm(root, { recursive: true, force: true });
    },
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  while (!(await isListening(port))) {
    if (child.exitCode !== null) throw new Error(`The S3 server ended with ${child.exitCode} as it started`);
    await wait(20);
  }
}

function isListening(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
  }).then((listening) => {
    socket.destroy();
    return Boolean(listening);
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
