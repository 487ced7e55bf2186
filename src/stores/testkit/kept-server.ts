import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Starts a keeper, a program beside this file that starts a server, prints its URL as a line, and stops it when its own standard input
 * ends. So the server ends with this process, however that ends. Returns the URL.
 */
export async function startKeptServer(keeperFile: string): Promise<string> {
  const program = fileURLToPath(new URL(keeperFile, import.meta.url));
  const keeper = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const url = await firstLine(keeper, keeperFile);
  keeper.unref();
  // A pipe that is open keeps Node alive too; its end is what tells the keeper that we are gone.
  (keeper.stdin as Socket).unref();
  (keeper.stdout as Socket).unref();
  return url;
}

/** What a keeper does once its server runs: says where, and stops it when whoever wanted it is gone, which a signal may say too. */
export async function keepServer(server: { readonly url: string; stop(): Promise<void> }): Promise<void> {
  process.stdout.write(`${server.url}\n`);
  await new Promise((resolve) => process.stdin.resume().on("close", resolve));
  await server.stop();
}

/** To be called before the server starts. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.stdin.destroy());
}

async function firstLine(keeper: ChildProcess, keeperFile: string): Promise<string> {
  if (!keeper.stdout) throw new Error(`${keeperFile} has no output`);
  const ended = once(keeper, "exit").then(([code]) => {
    throw new Error(`The server of ${keeperFile} did not start (its keeper ended with ${code}; the reason is above)`);
  });
  const line = once(createInterface({ input: keeper.stdout }), "line").then(([text]) => String(text));
  return Promise.race([line, ended]);
}
