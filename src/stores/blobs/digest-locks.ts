import type { Digest } from "../../core/model/artifacts.ts";

/**
 * For each digest either many publishers at a time, or one remover. So nobody removes bytes that an upload has just found in place
 * and is about to refer to. It holds within one process.
 */
export class DigestLocks {
  readonly #publishing = new Map<Digest, Set<Promise<unknown>>>();
  readonly #removing = new Map<Digest, Promise<unknown>>();

  async whilePublishing<T>(digest: Digest, work: () => Promise<T>): Promise<T> {
    while (this.#removing.has(digest)) await settled(this.#removing.get(digest));
    const running = work();
    const publishers = this.#publishing.get(digest) ?? new Set();
    this.#publishing.set(digest, publishers.add(running));
    try {
      return await running;
    } finally {
      publishers.delete(running);
      if (publishers.size === 0) this.#publishing.delete(digest);
    }
  }

  async whileRemoving(digest: Digest, work: () => Promise<void>): Promise<void> {
    while (this.#removing.has(digest) || this.#publishing.has(digest)) {
      await settled(this.#removing.get(digest));
      for (const publisher of this.#publishing.get(digest) ?? []) await settled(publisher);
    }
    const running = work();
    this.#removing.set(digest, running);
    try {
      await running;
    } finally {
      this.#removing.delete(digest);
    }
  }
}

async function settled(work: Promise<unknown> | undefined): Promise<void> {
  await work?.catch(() => undefined);
}
