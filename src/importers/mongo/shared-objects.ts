import { documentKey, type SourceModel } from "./document.ts";
import type { DocumentEntry } from "./documents.ts";
import type { ObjectInfo } from "./objects.ts";

/** Objects that several documents name: the earlier registry puts what has the same id, name and version in the same place. */
export class SharedObjects {
  /** By bucket and key, the document that was the last to write the object. */
  readonly #lastWriters = new Map<string, string>();

  /** `entries`: of all documents, oldest first. */
  constructor(entries: readonly DocumentEntry[], defaultBucket: string) {
    for (const entry of entries) {
      const { storage_group: bucket, storage_path: path } = entry;
      if (typeof path === "string") this.#lastWriters.set(placeKey(bucket || defaultBucket, path), documentKey(entry));
    }
  }

  /** In what an object is not the one with which the document was registered. */
  differencesOf(key: string, { place, storedAs }: SourceModel, info: ObjectInfo): string[] {
    const writer = this.#lastWriters.get(placeKey(place.bucket, place.key));
    if (writer !== undefined && writer !== key) {
      return [`its object was overwritten when ${writer} was registered: both have those bytes`];
    }
    const { size = info.size, etag = info.etag } = storedAs;
    const isSame = size === info.size && bare(etag) === bare(info.etag);
    return isSame ? [] : ["its object is not the one that was registered: it was replaced since"];
  }
}

function placeKey(bucket: unknown, path: string): string {
  return `${bucket}/${path}`;
}

function bare(etag: string): string {
  return etag.replaceAll('"', "");
}
