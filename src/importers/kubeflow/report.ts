/** Kinds of things that are copied, in the order in which they are. */
const IMPORT_KINDS = [
  "serving environment",
  "experiment",
  "experiment run",
  "registered model",
  "model version",
  "alias",
  "artifact",
  "artifact link",
  "metric point",
  "inference service",
  "serve model",
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export function pluralOf(kind: ImportKind): string {
  return kind === "alias" ? "aliases" : `${kind}s`;
}

export interface Counts {
  /** At the source. */
  found: number;
  copied: number;
  /** Copied by an earlier run. */
  alreadyThere: number;
  notCopied: number;
}

/** Something at the source: its id and its name there. */
interface Subject {
  kind: ImportKind;
  id: string;
  name: string;
}

/** Why something, or a part of it, was not copied, and what to do about it. */
export type Problem = Subject & { reason: string; advice: string };

/** In what a copy differs from the original, though nothing is lost. */
export type Difference = Subject & { difference: string };

/** What an import has done so far. */
export class ImportReport {
  readonly counts: ReadonlyMap<ImportKind, Counts>;
  readonly notCopied: Problem[] = [];
  /** Copied, but for a part. */
  readonly incomplete: Problem[] = [];
  readonly differences: Difference[] = [];
  /** What is different about all of a kind, in sentences. */
  readonly remarks = new Set<string>();

  constructor() {
    this.counts = new Map(
      IMPORT_KINDS.map((kind) => [kind, { found: 0, copied: 0, alreadyThere: 0, notCopied: 0 }] as const),
    );
  }

  count(kind: ImportKind, outcome: keyof Counts, number = 1): void {
    const counts = this.counts.get(kind);
    if (counts) counts[outcome] += number;
  }

  /** Whether everything that was found is here now, whole. */
  get complete(): boolean {
    return this.notCopied.length === 0 && this.incomplete.length === 0;
  }

  toJSON(): object {
    const { counts, notCopied, incomplete, differences, remarks } = this;
    return {
      complete: this.complete,
      counts: Object.fromEntries(counts),
      notCopied,
      incomplete,
      differences,
      remarks: [...remarks],
    };
  }
}
