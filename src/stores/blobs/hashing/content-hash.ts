import { createHash } from "node:crypto";
import type { Digest } from "../../../core/model/artifacts.ts";
import { BlockChecksums } from "./block-checksums.ts";

/** What a file turned out to hold. */
export interface FileContent {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** As `BlockChecksums` makes them. */
  checksums: Uint8Array;
}

/** Everything that is computed of a file while it passes by. */
export class ContentHash {
  readonly #hash = createHash("sha256");
  readonly #checksums = new BlockChecksums();
  #size = 0;

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#checksums.update(bytes);
    this.#size += bytes.length;
  }

  finish(): FileContent {
    return { digest: this.#hash.digest("hex"), size: this.#size, checksums: this.#checksums.finish() };
  }
}
