/** A 64-bit integer: a number where it is exact (up to 2^53 - 1 either way), a bigint beyond. */
export type Int64 = number | bigint;

/** Milliseconds since 1970-01-01T00:00:00Z, as clients send them: not checked against our clock. */
export type Timestamp = Int64;

/** Soft deletion: a deleted entity keeps its data until garbage collection. */
export type LifecycleStage = "active" | "deleted";

export interface Tag {
  key: string;
  value: string;
}

/** One page of a list, and the cursor of the next one where there is more. */
export interface Page<T> {
  items: T[];
  next?: Cursor;
}

/** Where a page ended: the values of the order keys of its last item, in order. Opaque outside `core/filter` and the stores. */
export type Cursor = readonly CursorValue[];
export type CursorValue = string | number | bigint | null;
