import { footprint } from "./process-tree.ts";

/** Watches a process tree's memory while something runs; returns by how many MB it grew at its highest. */
export async function memoryGrowth(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = footprint(pid).proportional;
  let highest = before;
  const look = () => {
    highest = Math.max(highest, footprint(pid).proportional);
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
