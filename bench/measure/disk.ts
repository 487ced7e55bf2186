import { execFile } from "node:child_process";
import { open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { blocks, megabytesPerSecond } from "./blocks.ts";

export interface DiskSpeed {
  /** Writing a file and syncing it once, in MB/s. */
  write: number;
  /** Reading it back from the disk itself, in MB/s. */
  read: number;
}

/** What the disk under a folder gives to one file of this size. */
export async function diskSpeed(folder: string, bytes: number): Promise<DiskSpeed> {
  const path = join(folder, "disk-speed");
  try {
    const write = megabytesPerSecond(bytes, await timed(() => writeAndSync(path, bytes)));
    await forgetCached(path);
    const read = megabytesPerSecond(bytes, await timed(() => readAll(path)));
    return { write, read };
  } finally {
    await rm(path, { force: true });
  }
}

/** Drops every large file below a folder from the page cache, so that it has to be read from the disk. */
export async function forgetCachedBelow(folder: string, largerThan: number): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && (await stat(path)).size >= largerThan) await forgetCached(path);
  }
}

async function forgetCached(path: string): Promise<void> {
  const run = promisify(execFile);
  await run("sync", [path]);
  // With a count of 0 and the flag nocache, dd only advises the kernel to drop the whole file.
  await run("dd", [`if=${path}`, "iflag=nocache", "count=0"]);
}

async function writeAndSync(path: string, bytes: number): Promise<void> {
  const file = await open(path, "w");
  for (const block of blocks(bytes)) await file.write(block);
  await file.sync();
  await file.close();
}

async function readAll(path: string): Promise<void> {
  const file = await open(path);
  const block = Buffer.allocUnsafe(1024 * 1024);
  while ((await file.read(block, 0, block.length)).bytesRead > 0);
  await file.close();
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
