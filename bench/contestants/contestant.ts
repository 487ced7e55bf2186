import type { ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "../seed/dataset.ts";
import { freePort, startChild, stopChild, untilHealthy } from "./children.ts";

/** Something that can be started and measured: this server, the official one, the bare loop. */
export interface Contestant {
  name: string;
  /** Whether it answers like MLflow; the bare loop only takes metrics. */
  complete: boolean;
  /** Command that serves a data folder on a port. */
  command(folder: string, port: number): { file: string; args: string[]; env?: NodeJS.ProcessEnv };
  /** Fills a data folder before the server starts on it, where that is faster than the API. */
  seedFolder?(folder: string, dataset: Dataset): Promise<void>;
  /** Fills a running server through its API. */
  seedServer?(server: Server, dataset: Dataset): Promise<void>;
  /** The form of it that starts fastest and takes the least memory, where that is not the usual one. */
  smallest?: Contestant;
  /** Bytes on disk of what a user has to install. */
  installedBytes?(): Promise<number>;
}

/** A contestant that is up. */
export interface Server {
  contestant: Contestant;
  port: number;
  pid: number;
  folder: string;
  /** Milliseconds from the start of the process to its first answer. */
  startedIn: number;
  stop(): Promise<void>;
}

/** Starts a contestant on a data folder and waits for its first answer. */
export async function launch(contestant: Contestant, folder: string): Promise<Server> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const { file, args, env } = contestant.command(folder, port);
  const logFile = join(folder, "server.log");
  const since = performance.now();
  const child: ChildProcess = startChild(file, args, logFile, { cwd: folder, env: { ...process.env, ...env } });
  try {
    const startedIn = await untilHealthy(child, port, logFile, since);
    return { contestant, port, pid: child.pid ?? 0, folder, startedIn, stop: () => stopChild(child) };
  } catch (error) {
    await stopChild(child);
    throw error;
  }
}

/** Starts a contestant on a new data folder that holds the dataset. */
export async function launchWith(contestant: Contestant, folder: string, dataset: Dataset): Promise<Server> {
  mkdirSync(folder, { recursive: true });
  await contestant.seedFolder?.(folder, dataset);
  const server = await launch(contestant, folder);
  await contestant.seedServer?.(server, dataset);
  return server;
}
