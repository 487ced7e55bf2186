import type { Timestamp } from "../model/values.ts";

/** Something of another registry, by the name that this one gave that registry, the kind of thing, and the id that it has there. */
export interface ImportKey {
  source: string;
  kind: string;
  sourceId: string;
}

/** What became of it here. */
export interface Import {
  /** The number that it has here; for what grows, how much of it was copied. */
  id: number;
  /** When it was made, as the other registry says: another time under the same id is another thing. */
  creationTime: Timestamp;
}

/** What was copied from other registries, so that copying again goes on where it stopped. */
export interface ImportReader {
  /** By the ids at the source; those that were never copied are left out. One statement. */
  getImports(key: Omit<ImportKey, "sourceId"> & { sourceIds: readonly string[] }): Promise<ReadonlyMap<string, Import>>;
}

export interface ImportWriter extends ImportReader {
  /** Keeps what became of something, in place of what was kept before. */
  setImport(key: ImportKey, copy: Import): Promise<void>;
}
