import type { FileFacts, Json } from "../facts.ts";
import { readPickles } from "../pickle/pickle-facts.ts";
import { firstProblem, mergedScans, partFacts } from "../scans.ts";
import type { Source } from "../source.ts";
import type { ZipEntry } from "./directory.ts";
import { openEntry } from "./entries.ts";

/** Pickles of one archive that are read; TorchScript has two. */
const MOST_PICKLES = 16;

/**
 * What `torch.save` and TorchScript write: the model is pickled in `<name>/data.pkl`, its tensors are entries beside it. TorchScript
 * brings source code, and more values in `constants.pkl`. All pickles count: which of them is loaded is up to the program that does.
 */
export async function readPytorch(source: Source, entries: readonly ZipEntry[], facts: FileFacts): Promise<void> {
  const named = (pattern: RegExp) => entries.filter(({ name }) => pattern.test(name));
  const code = named(/^[^/]+\/code\/.*\.py$/).map(({ name }) => name);
  if (code.length > 0 || named(/^[^/]+\/constants\.pkl$/).length > 0) Object.assign(facts, { torchscript: true, code });
  facts.tensors = named(/^[^/]+\/data\/[^/]+$/).length;
  Object.assign(facts, await scanPickles(source, named(/\.pkl$/)));
}

async function scanPickles(source: Source, pickles: readonly ZipEntry[]): Promise<Record<string, Json>> {
  const parts = new Map<string, Record<string, Json>>();
  for (const entry of pickles.slice(0, MOST_PICKLES)) {
    parts.set(entry.name, await partFacts(() => scanEntry(source, entry)));
  }
  if (pickles.length > MOST_PICKLES) parts.set("more", { scan: "unscanned" });
  return { ...mergedScans([...parts.values()]), ...firstProblem(parts) };
}

async function scanEntry(source: Source, entry: ZipEntry): Promise<Record<string, Json>> {
  const file = await openEntry(source.file, entry, source.inflate);
  return file === undefined ? { scan: "unscanned" } : (await readPickles(file)).facts;
}
