import type { FileContent } from "./content-hash.ts";

/** A block with memory of its own, which goes to the thread and comes back: nothing is copied. */
export type Block = Uint8Array<ArrayBuffer>;

/** What the thread is asked; it answers each request, in their order. */
export type HashRequest =
  | { kind: "update"; file: number; block: Block }
  | { kind: "finish"; file: number }
  | { kind: "forget"; file: number }
  | { kind: "checksum"; block: Block };

export interface HashAnswer {
  /** As it was sent. */
  block?: Block;
  content?: FileContent;
  checksum?: number;
}
