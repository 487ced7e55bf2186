import { footprint } from "./process-tree.ts";

/** Watches a process tree's memory while something runs; returns by how many MiB it grew at its highest. */
export async function memoryGrowth(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = footprint(pid).megabytes;
  let highest = before;
  const look = () => {
    highest = Math.max(highest, footprint(pid).megabytes);
  };
  const timer = setInterval(look, 100);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  look();
  return highest - before;
}
