import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "../http/connection.ts";

const running = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

/** Starts a command as the leader of its own process group, so that all it starts can be ended with it. */
export function startChild(command: string, args: string[], logFile: string, options: SpawnOptions = {}): ChildProcess {
  const log = openSync(logFile, "a");
  const child = spawn(command, args, { ...options, detached: true, stdio: ["ignore", log, log] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends a child and its group: asks first, insists after five seconds. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, "exit");
    signalGroup(child, "SIGTERM");
    const insist = setTimeout(() => signalGroup(child, "SIGKILL"), 5000);
    await ended;
    clearTimeout(insist);
  }
  signalGroup(child, "SIGKILL");
}

/** Waits for the first `/health` answer; returns milliseconds since `since` (of `performance.now`). */
export async function untilHealthy(child: ChildProcess, port: number, logFile: string, since: number): Promise<number> {
  while (performance.now() - since < 180_000) {
    if (child.exitCode !== null) break;
    const connection = new Connection(port);
    try {
      const { status } = await connection.request("GET", "/health", undefined, { timeout: 10_000 });
      if (status === 200) return performance.now() - since;
    } catch {
      await sleep(2);
    } finally {
      connection.close();
    }
  }
  throw new Error(`${child.spawnfile} did not come up:\n${readFileSync(logFile, "utf8").slice(-2000)}`);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port given");
  return address.port;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone already.
  }
}
