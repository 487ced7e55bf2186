import type { RecordChanges, RecordKind } from "../../core/model/records.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { withinTransaction } from "../../core/ops/within-transaction.ts";
import type { Import } from "../../core/ports/imports.ts";
import type { Writer } from "../../core/ports/metadata-store.ts";
import { NotCopied } from "../problems.ts";
import type { ImportReport } from "../report.ts";
import { SourceError } from "../source-error.ts";
import { type Loss, readTimes } from "./items.ts";
import type { ImportKind } from "./kinds.ts";
import { explain } from "./problems.ts";
import type { SourceItem } from "./source.ts";

/** One thing on its way: the transaction that takes it, and operations as parts of that, called when the source called them. */
export interface Transfer {
  readonly item: SourceItem;
  readonly context: OperationContext;
  readonly writer: Writer;
  readonly lastUpdateTime: Timestamp;
  /** A number that nothing of this kind has at the source; it may be taken here. Each call gives another one. */
  spareNumber(): number;
}

/** What became of it here. */
export interface Copied {
  id: number;
  losses?: readonly Loss[];
  differences?: readonly string[];
}

type Copy = (transfer: Transfer) => Promise<Copied>;

/** What all parts of one import share. */
export class Copying {
  readonly context: OperationContext;
  readonly report: ImportReport<ImportKind>;
  /** Under which the registry remembers what it has from this source. */
  readonly #sourceName: string;
  readonly #onProgress: (kind: ImportKind) => void;
  readonly #found = new Set<string>();
  readonly #lastNumbers = new Map<ImportKind, number>();

  constructor(
    context: OperationContext,
    {
      sourceName,
      report,
      onProgress,
    }: { sourceName: string; report: ImportReport<ImportKind>; onProgress(kind: ImportKind): void },
  ) {
    this.context = context;
    this.report = report;
    this.#sourceName = sourceName;
    this.#onProgress = onProgress;
  }

  /**
   * Copies what was not copied before, each thing in a transaction of its own that also remembers it; the store commits those that come
   * together at once. What is refused goes into the report. Throws `SourceError` where this is not the source that was copied from before.
   */
  async copyAll(kind: ImportKind, items: readonly SourceItem[], copy: Copy): Promise<void> {
    if (items.length === 0) return;
    this.report.count(kind, "found", items.length);
    for (const { id } of items) this.#found.add(`${kind} ${id}`);
    const earlier = await this.findCopies(kind, items);
    await Promise.all(items.map((item) => this.#copyOne(kind, item, earlier.get(item.id), copy)));
    this.progressed(kind);
  }

  /** Says that more of a kind was handled. */
  progressed(kind: ImportKind): void {
    this.#onProgress(kind);
  }

  /** What can't have its own number gets one above this, which is the highest of the kind at the source. */
  spareNumbersAbove(kind: ImportKind, highest: number): void {
    this.#lastNumbers.set(kind, highest);
  }

  /** What was copied of these, by the id at the source. */
  findCopies(kind: ImportKind, items: Iterable<{ id: string }>): Promise<ReadonlyMap<string, Import>> {
    const sourceIds = [...new Set(Array.from(items, ({ id }) => id))];
    return this.context.store.read(({ imports }) => imports.getImports({ source: this.#sourceName, kind, sourceIds }));
  }

  /** Says why something that belongs to a parent can't be copied without it. */
  withoutParent(parent: ImportKind, id: string): NotCopied {
    if (this.#found.has(`${parent} ${id}`)) {
      return new NotCopied({
        reason: `its ${parent} ${id} was not copied`,
        advice: `See what is said of that ${parent}, then run the import again.`,
      });
    }
    return new NotCopied({
      reason: `it belongs to the ${parent} ${id}, which the source does not have`,
      advice: "Nothing can use it at the source either. If you need it, make it again below a parent that exists.",
    });
  }

  /** Remembers, in the transaction that made it, what became of something. */
  remember(writer: Writer, kind: ImportKind, sourceId: string, copy: Import): Promise<void> {
    return writer.imports.setImport({ source: this.#sourceName, kind, sourceId }, copy);
  }

  async #copyOne(kind: ImportKind, item: SourceItem, earlier: Import | undefined, copy: Copy): Promise<void> {
    if (earlier !== undefined) {
      this.#requireSame(kind, item, earlier);
      this.report.count(kind, "alreadyThere");
      return;
    }
    try {
      const copied = await this.context.store.transact((writer) => this.#copyWithin(writer, kind, item, copy));
      this.report.count(kind, "copied");
      this.describe(kind, item, copied);
    } catch (error) {
      const explanation = explain(error);
      if (explanation === undefined) throw error;
      this.report.count(kind, "notCopied");
      this.report.notCopied.push({ ...subjectOf(kind, item), ...explanation });
    }
  }

  async #copyWithin(writer: Writer, kind: ImportKind, item: SourceItem, copy: Copy): Promise<Copied> {
    const { creationTime, lastUpdateTime } = readTimes(item);
    const context = withinTransaction(this.context, writer, creationTime);
    const spareNumber = () => this.#nextNumber(kind);
    const copied = await copy({ item, context, writer, lastUpdateTime, spareNumber });
    await this.remember(writer, kind, item.id, { id: copied.id, creationTime });
    return copied;
  }

  #nextNumber(kind: ImportKind): number {
    const number = (this.#lastNumbers.get(kind) ?? 0) + 1;
    this.#lastNumbers.set(kind, number);
    return number;
  }

  #requireSame(kind: ImportKind, item: SourceItem, earlier: Import): void {
    if (readTimes(item).creationTime === earlier.creationTime) return;
    throw new SourceError(
      `The ${kind} ${item.id} at the source is not the one that was copied from ${this.#sourceName} before: this is another registry ` +
        "at the same address. Give it a name of its own with --source-name.",
    );
  }

  /** Reports in what a copy is not the original. */
  describe(kind: ImportKind, item: SourceItem, { losses = [], differences = [] }: Omit<Copied, "id">): void {
    const subject = subjectOf(kind, item);
    for (const { part, reason, advice } of losses) {
      this.report.incomplete.push({ ...subject, reason: `${part}: ${reason}`, advice });
    }
    for (const difference of differences) this.report.differences.push({ ...subject, difference });
  }
}

function subjectOf(kind: ImportKind, { id, name }: SourceItem): { kind: ImportKind; id: string; name: string } {
  return { kind, id, name: typeof name === "string" ? name : "" };
}

/** Makes a record under its number at the source where that is free here, with the times that it has there. */
export async function copyRecord<Kind extends RecordKind>(
  kind: Kind,
  transfer: Transfer,
  create: (id: number) => Promise<unknown>,
): Promise<{ id: number; differences: string[] }> {
  const { records } = transfer.writer;
  const { id, differences } = await chooseNumber(transfer, (number) => records.getRecord(kind, number));
  await create(id);
  await records.updateRecord(kind, id, { lastUpdateTime: transfer.lastUpdateTime } as RecordChanges<Kind>);
  return { id, differences };
}

/** The number at the source, or a spare one where that is taken. */
export async function chooseNumber(
  { item, spareNumber }: Transfer,
  find: (number: number) => Promise<unknown>,
): Promise<{ id: number; differences: string[] }> {
  const number = Number(item.id);
  if ((await find(number)) === undefined) return { id: number, differences: [] };
  let id = spareNumber();
  while ((await find(id)) !== undefined) id = spareNumber();
  return { id, differences: [`its id is ${id} here, because ${number} is taken`] };
}
