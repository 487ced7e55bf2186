import type { FileFacts, Json } from "../facts.ts";
import { readArray } from "../numpy.ts";
import { firstProblem, mergedScans, partFacts } from "../scans.ts";
import type { Source } from "../source.ts";
import type { ZipEntry } from "./directory.ts";
import { openEntry } from "./entries.ts";

/** Arrays that are looked at. */
const MOST_ARRAYS = 256;

/** What `numpy.savez` writes: each entry is one array. Those of objects hold pickles. */
export async function readNpz(source: Source, entries: readonly ZipEntry[], facts: FileFacts): Promise<void> {
  const parts = new Map<string, Record<string, Json>>();
  for (const entry of entries.slice(0, MOST_ARRAYS)) {
    parts.set(entry.name, await partFacts(() => arrayOf(source, entry)));
  }
  const leftOut = entries.length - parts.size;
  facts.arrays = [...parts].map(([name, { dtype = null, shape = null }]) => ({
    name: name.slice(0, -4),
    dtype,
    shape,
  }));
  if (leftOut > 0) {
    facts.arrays_left_out = leftOut;
    parts.set("more", { scan: "unscanned" });
  }
  Object.assign(facts, mergedScans([...parts.values()]), firstProblem(parts));
}

async function arrayOf(source: Source, entry: ZipEntry): Promise<Record<string, Json>> {
  const file = await openEntry(source.file, entry, source.inflate);
  return file === undefined ? { scan: "unscanned" } : readArray(file);
}
