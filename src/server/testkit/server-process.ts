import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../cli/main.mjs", import.meta.url));

/** The server as a process of its own, to be measured or killed. */
export interface ServerProcess {
  readonly url: string;
  /** Bytes of physical memory that the process holds now. */
  residentMemory(): number;
  /** Ends it at once, as `kill -9` does, and waits for it. */
  kill(): Promise<void>;
}

/** Starts one on a free port; the test kills it. Where it is given a folder to work in, the file `.env` there says the port. */
export async function startServerProcess(data: string, workingDirectory?: string): Promise<ServerProcess> {
  const port = workingDirectory === undefined ? ["--port", "0"] : [];
  const child = spawn(process.execPath, [program, "serve", ...port, "--data", data], {
    stdio: ["ignore", "pipe", "inherit"],
    ...(workingDirectory !== undefined && { cwd: workingDirectory }),
  });
  const url = await listeningUrl(child);
  return {
    url,
    residentMemory: () => residentMemory(child.pid ?? 0),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  let banner = "";
  for await (const chunk of child.stdout?.iterator({ destroyOnReturn: false }) ?? []) {
    banner += chunk;
    const [url] = /http:\/\/[\d.]+:\d+/.exec(banner) ?? [];
    if (url === undefined) continue;
    child.stdout?.resume();
    return url;
  }
  throw new Error(`The server ended before it listened: ${banner}`);
}

/** As Linux counts it. */
function residentMemory(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}

/** By how many bytes a server's memory grows at most, while the work goes on. */
export async function memoryGrowth(server: ServerProcess, work: () => Promise<void>): Promise<number> {
  const before = server.residentMemory();
  let highest = before;
  const timer = setInterval(() => {
    highest = Math.max(highest, server.residentMemory());
  }, 20);
  await work().finally(() => clearInterval(timer));
  return highest - before;
}
