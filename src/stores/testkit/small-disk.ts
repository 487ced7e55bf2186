import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of its own, small enough to be filled. */
export interface SmallDisk {
  path: string;
  /** Takes all room that is left, but for about so many bytes. */
  fill(spareBytes?: number): void;
  /** Gives back what `fill` has taken. */
  empty(): void;
  /** Also where something on it is in use still. */
  unmount(): void;
}

/** Undefined where this user may mount none. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), "small-disk-"));
  const ballast = join(path, "ballast");
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path]);
  if (mounted.status !== 0) {
    rmSync(path, { recursive: true });
    return undefined;
  }
  const empty = () => rmSync(ballast, { force: true });
  return {
    path,
    empty,
    fill(spareBytes = 0) {
      const spare = join(path, "spare");
      if (spareBytes > 0) writeUntilFull(spare, spareBytes);
      writeUntilFull(ballast, Number.POSITIVE_INFINITY);
      rmSync(spare, { force: true });
    },
    unmount() {
      spawnSync("umount", ["-l", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function writeUntilFull(path: string, most: number): void {
  const file = openSync(path, "w");
  const page = Buffer.alloc(4096);
  try {
    for (let written = 0; written < most; written += page.length) writeSync(file, page);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}
