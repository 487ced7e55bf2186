import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { killGroup, startTracked } from "./processes.mjs";
import { SetupError } from "./project.mjs";
import { ensureVersitygw } from "./versitygw.mjs";

/**
 * @typedef {object} RunningServer
 * @property {string} url
 * @property {() => Promise<void>} stop ends it in order, kills it after ten seconds, removes its data
 */

/**
 * Starts this project's server on a free port with data of its own.
 * @param {string} node
 * @param {string} [s3] `http://ACCESS_KEY:SECRET_KEY@HOST:PORT` of an S3 server that keeps the files, in a bucket of its own
 * @returns {Promise<RunningServer>}
 */
export async function startOurServer(node, s3) {
  const data = mkdtempSync(join(tmpdir(), "modelregistry-data-"));
  const removeData = () => rmSync(data, { recursive: true, force: true });
  // Where this command is interrupted, nobody calls `stop`.
  process.once("exit", removeData);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = ["src/cli/main.mjs", "serve", "--host", "127.0.0.1", "--port", String(port), "--data", data];
  const server = watch("The server", node, args, { ...process.env, ...(s3 && bucketSettings(s3, port)) });
  await server.until(() => isAnswering(url), 30);
  return {
    url,
    stop: async () => {
      await server.stop("SIGTERM");
      process.off("exit", removeData);
      removeData();
    },
  };
}

/**
 * A bucket that is made at first start, and that clients reach, too.
 * @param {string} s3
 * @param {number} port makes it this server's own
 * @returns {Record<string, string>}
 */
function bucketSettings(s3, port) {
  const { host, origin, username, password } = new URL(s3);
  return {
    MINIO_ENDPOINT: host,
    MINIO_ACCESS_KEY: username,
    MINIO_SECRET_KEY: decodeURIComponent(password),
    MINIO_BUCKET: `stage-${process.pid}-${port}`,
    MODELREGISTRY_S3_PUBLIC_ENDPOINT: origin,
  };
}

/**
 * Starts the official `mlflow server` of a Python environment, with throw-away storage.
 * @param {string} python
 * @returns {Promise<RunningServer>}
 */
export function startOfficialServer(python) {
  return startUrlPrinter("The official mlflow server", python, ["conformance/official_server.py"]);
}

/**
 * Starts a PostgreSQL for all tests to share.
 * @param {string} node
 * @returns {Promise<RunningServer>}
 */
export function startPostgres(node) {
  return startUrlPrinter("PostgreSQL", node, ["src/stores/testkit/postgres-keeper.ts"]);
}

/**
 * Starts an S3 server for all tests to share, unless the person has named one: ours takes a minute to build, once.
 * @param {string} node
 * @returns {Promise<RunningServer>}
 */
export async function startS3(node) {
  const url = process.env.MODELREGISTRY_TEST_S3_URL;
  if (url) return { url, stop: async () => undefined };
  await ensureVersitygw();
  return startUrlPrinter("The S3 server", node, ["src/stores/testkit/s3-keeper.ts"]);
}

/** @param {string} url */
export async function isAnswering(url) {
  try {
    return (await fetch(`${url}/health`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/**
 * A program that prints its URL as its first line when it is ready.
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<RunningServer>}
 */
async function startUrlPrinter(name, program, args) {
  const server = watch(name, program, args);
  await server.until(() => /^\S+:\/\/\S+$/m.test(server.output()), 120);
  const url = /^\S+:\/\/\S+$/m.exec(server.output())?.[0] ?? "";
  return { url, stop: () => server.stop("SIGTERM") };
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function watch(name, program, args, env = process.env) {
  // An open input tells it that we are still here; asked to end, it ends what it started in turn.
  const child = startTracked(program, args, { stdio: ["pipe", "pipe", "pipe"], env }, "SIGTERM");
  let output = "";
  const isRunning = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      output = `${output}${text}`.slice(-20_000);
    });
  }
  child.on("error", (error) => {
    output += error.message;
  });
  return {
    output: () => output,
    /**
     * @param {() => boolean | Promise<boolean>} isReady
     * @param {number} seconds
     */
    until: async (isReady, seconds) => {
      const deadline = Date.now() + seconds * 1000;
      while (!(await isReady())) {
        if (!isRunning()) throw new SetupError(`${name} ended as it started:\n${output}`);
        if (Date.now() > deadline) {
          killGroup(child, "SIGKILL");
          throw new SetupError(`${name} was not ready within ${seconds} s:\n${output}`);
        }
        await wait(50);
      }
    },
    /** @param {NodeJS.Signals} signal */
    stop: async (signal) => {
      const deadline = Date.now() + 10_000;
      child.kill(signal);
      while (isRunning() && Date.now() < deadline) await wait(20);
      killGroup(child, "SIGKILL");
    },
  };
}

/** @returns {Promise<number>} */
function freePort() {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => resolve(port));
    });
  });
}
