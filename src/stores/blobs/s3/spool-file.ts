import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";

const BLOCK_SIZE_BYTES = 256 * 1024;

/** A file without a name, which ends with the process at the latest. */
export class SpoolFile {
  readonly #handle: FileHandle;
  #size = 0;

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async create(directory: string): Promise<SpoolFile> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const path = join(directory, randomUUID());
    const handle = await open(path, "wx+", 0o600);
    await rm(path);
    return new SpoolFile(handle);
  }

  /** Bytes. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes at the end; they are the caller's again when it resolves. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, this.#size);
      done += bytesWritten;
      this.#size += bytesWritten;
    }
  }

  /** New memory for each piece: the stream that sends it may keep a few. */
  async *read(): AsyncIterable<Uint8Array> {
    for (let position = 0; position < this.#size; ) {
      const block = Buffer.allocUnsafe(Math.min(BLOCK_SIZE_BYTES, this.#size - position));
      const { bytesRead } = await this.#handle.read(block, 0, block.length, position);
      if (bytesRead === 0) throw new Error(`A spool file ends at byte ${position} of ${this.#size}`);
      position += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
