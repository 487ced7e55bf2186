import type { Json } from "./facts.ts";
import { problemFact } from "./io/problems.ts";

type Facts = { [fact: string]: Json };

/**
 * What several parts say of the code that loading them runs, as one: the union of the imports, and the least that was looked at. Parts
 * without `scan` run none. Nothing where no part has any.
 */
export function mergedScans(parts: readonly Facts[]): Facts {
  const scanned = parts.filter((part) => part.scan !== undefined);
  if (scanned.length === 0) return {};
  const imports = new Set(scanned.flatMap((part) => (Array.isArray(part.imports) ? part.imports : [])));
  const unresolved = scanned.reduce((sum, part) => sum + Number(part.unresolved_imports ?? 0), 0);
  return { scan: leastScan(scanned), imports: [...imports].sort(), unresolved_imports: unresolved };
}

function leastScan(parts: readonly Facts[]): string {
  const scans = new Set(parts.map((part) => part.scan));
  const [only] = scans;
  return scans.size === 1 && typeof only === "string" ? only : "partial";
}

/** The facts of one part; where it cannot be read, what is wrong with it instead of them. */
export async function partFacts(read: () => Promise<Facts>): Promise<Facts> {
  try {
    return await read();
  } catch (error) {
    return { scan: "unscanned", ...problemFact(error) };
  }
}

/** The first problem of a part, with the part's name. */
export function firstProblem(parts: ReadonlyMap<string, Facts>): Facts {
  for (const [name, { damaged, incomplete }] of parts) {
    if (typeof damaged === "string") return { damaged: `${name}: ${damaged}` };
    if (typeof incomplete === "string") return { incomplete: `${name}: ${incomplete}` };
  }
  return {};
}
