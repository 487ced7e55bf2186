import type { Timestamp } from "./values.ts";

/** SHA-256 in lower-case hexadecimal. */
export type Digest = string;

/**
 * A file in the artifact tree. Paths are relative to the tree's root, `/`-separated, without empty, `.` or `..` segments:
 * `1/<run id>/artifacts/model/MLmodel`.
 */
export interface ArtifactFile {
  path: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  lastUpdateTime: Timestamp;
}

/** An entry of one directory: a file with its size in bytes, or a directory. */
export type ArtifactEntry = { name: string; directory: true } | { name: string; directory: false; size: number };
