const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;

/** Shows how far a verification has come: one line, drawn anew on a terminal, now and then in a file. */
export class VerificationProgress {
  readonly #stream: NodeJS.WriteStream;
  readonly #expected: { blobs: number; bytes: number };
  readonly #started = performance.now();
  #shownAt = this.#started;
  files = 0;
  bytes = 0;

  constructor(stream: NodeJS.WriteStream, expected: { blobs: number; bytes: number }) {
    this.#stream = stream;
    this.#expected = expected;
  }

  add(bytes: number): void {
    this.files++;
    this.bytes += bytes;
    const now = performance.now();
    if (now - this.#shownAt < (this.#stream.isTTY ? REDRAW_MS : PLAIN_LINE_MS)) return;
    this.#shownAt = now;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[K${this.#line()}` : `${this.#line()}\n`);
  }

  /** Makes room for other lines on the terminal. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write("\r\x1b[K");
  }

  /** What was read, and how fast. */
  describe(): string {
    const seconds = (performance.now() - this.#started) / 1000;
    const speed = inGigabytes(this.bytes / Math.max(seconds, 0.001));
    return `${this.files.toLocaleString("en")} files, ${inGigabytes(this.bytes)} GB in ${seconds.toFixed(1)} s, ${speed} GB/s`;
  }

  #line(): string {
    const { blobs, bytes } = this.#expected;
    return `${this.describe()}, of ${blobs.toLocaleString("en")} files, ${inGigabytes(bytes)} GB`;
  }
}

function inGigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(3);
}
