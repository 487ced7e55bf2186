import { readdirSync, readFileSync } from "node:fs";

export interface Footprint {
  processes: number;
  /** Proportional set size of all processes together, in MiB: shared pages are counted once. */
  megabytes: number;
}

/** Memory of a process and everything it started (Linux: /proc). */
export function footprint(pid: number): Footprint {
  const pids = withDescendants(pid);
  const kilobytes = pids.reduce((sum, each) => sum + proportionalSetSize(each), 0);
  return { processes: pids.length, megabytes: kilobytes / 1024 };
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = parentOf(Number(entry));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function parentOf(pid: number): number | undefined {
  const stat = readProc(pid, "stat");
  // The command's name, in parentheses, may hold spaces; the state and the parent follow it.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function proportionalSetSize(pid: number): number {
  return Number(/^Pss: +(\d+)/m.exec(readProc(pid, "smaps_rollup") ?? "")?.[1] ?? 0);
}

/** Processes come and go while /proc is read: one that is gone counts as nothing. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
