import { readdirSync, readFileSync } from "node:fs";

export interface Footprint {
  processes: number;
  /** Proportional set size of all processes together, in MB (10^6 bytes): each page is divided among those that share it. */
  proportional: number;
  /** Resident set size of all processes together, in MB: each page counts in full for everyone who has it. */
  resident: number;
}

type Memory = Omit<Footprint, "processes">;

/** Memory of a process and everything it started (Linux: /proc). */
export function footprint(pid: number): Footprint {
  const memories = withDescendants(pid).map(memoryOf);
  const sum = (figure: (memory: Memory) => number) => memories.reduce((total, each) => total + figure(each), 0);
  return {
    processes: memories.length,
    proportional: sum((memory) => memory.proportional),
    resident: sum((memory) => memory.resident),
  };
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

function memoryOf(pid: number): Memory {
  const rollup = readProc(pid, "smaps_rollup") ?? "";
  const megabytes = (field: string) =>
    (Number(new RegExp(`^${field}: +(\\d+)`, "m").exec(rollup)?.[1] ?? 0) * 1024) / 1e6;
  return { proportional: megabytes("Pss"), resident: megabytes("Rss") };
}

/** Processes come and go while /proc is read: one that is gone counts as nothing. */
function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
