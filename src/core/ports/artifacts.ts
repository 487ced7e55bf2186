import type { ArtifactEntry, ArtifactFile, Digest } from "../model/artifacts.ts";

/** What a path holds. */
export type ArtifactNode = ArtifactFile | "directory";

/** The files of a directory and of those below it. */
export interface DirectorySummary {
  files: number;
  /** Bytes. */
  size: number;
  single?: ArtifactFile;
}

/** The tree of files: which path holds which bytes. The bytes themselves are in the blob store, by digest. */
export interface ArtifactReader {
  /** What each of the paths holds; those that hold nothing are absent. */
  getArtifactNodes(paths: readonly string[]): Promise<Map<string, ArtifactNode>>;
  /** Entries of one directory, by name in the order of code points; none where there is no such directory. "" is the root. */
  listArtifactDirectory(path: string): Promise<ArtifactEntry[]>;
  /** The files of a directory, which is not the root, and of all below it, in the order of their paths' code points; at most `limit`. */
  listArtifactFiles(directory: string, limit: number): Promise<ArtifactFile[]>;
  /** Of each directory that has files, all those below it together; and the file, where it is a single one. One statement. */
  summarizeDirectories(paths: readonly string[]): Promise<Map<string, DirectorySummary>>;
  /** Those of the digests whose bytes some path holds. */
  getReferencedDigests(digests: readonly Digest[]): Promise<Set<Digest>>;
  /** Blobs that some path holds, with their sizes in bytes, by digest: at most `limit` of those behind `after`; "" is before all. */
  getReferencedBlobs(after: Digest, limit: number): Promise<{ digest: Digest; size: number }[]>;
  /** Paths that hold these bytes, at most `limit`. */
  getPathsOfBlob(digest: Digest, limit: number): Promise<string[]>;
}

export interface ArtifactWriter extends ArtifactReader {
  /** Stores or replaces one file and makes its directories. */
  putArtifactFile(file: ArtifactFile): Promise<void>;
  /**
   * Removes a file, or a directory with all that is below it, deepest first; at most `limit` files and directories in one call.
   * Returns the files that were removed, and whether all is gone.
   */
  deleteArtifacts(path: string, limit: number): Promise<{ files: { path: string; digest: Digest }[]; done: boolean }>;
}
