import type { WriteStream } from "node:tty";
import { type ImportReport, pluralOf } from "../importers/report.ts";
import { inMegabytes } from "./amounts.ts";

const REDRAW_MS = 100;
const PLAIN_LINE_MS = 5000;

interface Line {
  /** When the first things of the kind were on their way. */
  since: number;
  shownAt: number;
  text: string;
}

/** Shows how far an import has come: a line for each kind, drawn anew on a terminal, now and then in a file. */
export class ImportProgress {
  readonly #stream: NodeJS.WriteStream | WriteStream;
  readonly #report: ImportReport;
  readonly #lines = new Map<string, Line>();
  #lastTime = performance.now();
  #drawnLines = 0;
  #drawnAt = 0;

  constructor(stream: NodeJS.WriteStream, report: ImportReport) {
    this.#stream = stream;
    this.#report = report;
  }

  show(kind: string): void {
    const now = performance.now();
    const line = this.#lines.get(kind) ?? { since: this.#lastTime, shownAt: Number.NEGATIVE_INFINITY, text: "" };
    line.text = this.#describe(kind, (now - line.since) / 1000);
    this.#lines.set(kind, line);
    this.#lastTime = now;
    if (this.#stream.isTTY) this.#draw(now);
    else if (now - line.shownAt >= PLAIN_LINE_MS) {
      line.shownAt = now;
      this.#stream.write(`${line.text}\n`);
    }
  }

  /** Draws what was not drawn yet. */
  finish(): void {
    if (this.#stream.isTTY) this.#draw(Number.POSITIVE_INFINITY);
  }

  #draw(now: number): void {
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    const up = this.#drawnLines > 0 ? `\x1b[${this.#drawnLines}A\x1b[J` : "";
    const text = [...this.#lines.values()].map((line) => `${line.text}\n`).join("");
    this.#stream.write(up + text);
    this.#drawnLines = this.#lines.size;
  }

  #describe(kind: string, seconds: number): string {
    const { found = 0, copied = 0, alreadyThere = 0, notCopied = 0 } = this.#report.counts.get(kind) ?? {};
    const done = copied + alreadyThere + notCopied;
    const [counted, all] = [done, found].map((count) => count.toLocaleString("en"));
    const perSecond = (amount: number) => amount / Math.max(seconds, 0.001);
    const parts = [`${Math.round(perSecond(done)).toLocaleString("en")}/s`];
    const { bytes } = this.#report;
    if (bytes > 0) parts.push(inMegabytes(bytes), `${inMegabytes(perSecond(bytes))}/s`);
    if (notCopied > 0) parts.push(`${notCopied.toLocaleString("en")} not copied`);
    return `  ${pluralOf(kind).padEnd(21)}${(done < found ? `${counted} of ${all}` : counted)?.padStart(10)}  ${parts.join(", ")}`;
  }
}
