/** Of the name of a kind. */
export function pluralOf(kind: string): string {
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
  kind: string;
  id: string;
  name: string;
}

/** Why something, or a part of it, was not copied, and what to do about it. */
export type Problem = Subject & { reason: string; advice: string };

/** In what a copy differs from the original, though nothing is lost. */
export type Difference = Subject & { difference: string };

/** What an import has done so far, with things of these kinds. */
export class ImportReport<Kind extends string = string> {
  readonly counts: ReadonlyMap<Kind, Counts>;
  readonly notCopied: Problem[] = [];
  /** Copied, but for a part. */
  readonly incomplete: Problem[] = [];
  readonly differences: Difference[] = [];
  /** Of files that were read, whether or not they could be kept. */
  bytes = 0;
  /** What is different about all of a kind, in sentences. */
  readonly remarks = new Set<string>();

  /** `kinds` in the order in which they are copied. */
  constructor(kinds: readonly Kind[]) {
    this.counts = new Map(kinds.map((kind) => [kind, { found: 0, copied: 0, alreadyThere: 0, notCopied: 0 }] as const));
  }

  count(kind: Kind, outcome: keyof Counts, number = 1): void {
    const counts = this.counts.get(kind);
    if (counts) counts[outcome] += number;
  }

  /** Whether everything that was found is here now, whole. */
  get complete(): boolean {
    return this.notCopied.length === 0 && this.incomplete.length === 0;
  }

  toJSON(): object {
    const { counts, bytes, notCopied, incomplete, differences, remarks } = this;
    return {
      complete: this.complete,
      counts: Object.fromEntries(counts),
      ...(bytes > 0 && { bytes }),
      notCopied,
      incomplete,
      differences,
      remarks: [...remarks],
    };
  }
}
