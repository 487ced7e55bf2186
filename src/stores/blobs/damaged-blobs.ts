import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import type { Digest } from "../../core/model/artifacts.ts";
import type { DigestLocks } from "./digest-locks.ts";
import { ifThere, syncDirectory } from "./files.ts";
import { type BlobLayout, checksumsOf, isDigest } from "./layout.ts";

/** Blobs whose bytes are not what was stored. They lie in a folder of their own, for a person to look at, until the bytes come again. */
export class DamagedBlobs {
  readonly #layout: BlobLayout;
  readonly #locks: DigestLocks;
  readonly #onDamage: (digest: Digest, path: string) => void;
  readonly #digests = new Set<Digest>();

  /** `onDamage` hears of each blob once, with the path of the file as it is set aside. */
  constructor(layout: BlobLayout, locks: DigestLocks, onDamage: (digest: Digest, path: string) => void) {
    this.#layout = layout;
    this.#locks = locks;
    this.#onDamage = onDamage;
  }

  /** Reads which ones there are; once, before anything else. */
  async load(): Promise<void> {
    for (const name of await readdir(this.#layout.damaged)) if (isDigest(name)) this.#digests.add(name);
  }

  has(digest: Digest): boolean {
    return this.#digests.has(digest);
  }

  digests(): Iterable<Digest> {
    return this.#digests;
  }

  /** Takes the blob out of the store, unless it has been stored again since `handle` was opened. */
  setAside(digest: Digest, handle: FileHandle): Promise<void> {
    return this.#locks.whileRemoving(digest, async () => {
      const path = this.#layout.pathOf(digest);
      if (!(await isOpenAt(handle, path))) return;
      const damagedPath = this.#layout.damagedPathOf(digest);
      await rename(path, damagedPath);
      await rm(checksumsOf(path), { force: true });
      await syncDirectory(this.#layout.damaged);
      await syncDirectory(this.#layout.directoryOf(digest));
      this.#digests.add(digest);
      this.#onDamage(digest, damagedPath);
    });
  }

  /** Its bytes have come again, or nobody wants them any more. */
  async forget(digest: Digest): Promise<void> {
    if (this.#digests.delete(digest)) await rm(this.#layout.damagedPathOf(digest), { force: true });
  }
}

async function isOpenAt(handle: FileHandle, path: string): Promise<boolean> {
  const other = await ifThere(open(path));
  if (other === undefined) return false;
  try {
    const [one, another] = await Promise.all([handle.stat(), other.stat()]);
    return one.ino === another.ino && one.dev === another.dev;
  } finally {
    await other.close();
  }
}
