/** How far a transfer is. */
export interface Progress {
  /** Bytes so far. */
  bytes: number;
  /** Bytes in all; undefined where that is not known before the end. */
  total: number | undefined;
}
