import type { ArtifactEntry, ArtifactFile, Digest } from "../model/artifacts.ts";

/** The tree of files: which path holds which bytes. The bytes themselves are in the blob store, by digest. */
export interface ArtifactReader {
  getArtifactFile(path: string): Promise<ArtifactFile | undefined>;
  /** Entries of one directory, by name; undefined where there is no such directory. */
  listArtifactDirectory(path: string): Promise<ArtifactEntry[] | undefined>;
  /** Whether any path still holds these bytes. */
  isReferenced(digest: Digest): Promise<boolean>;
}

export interface ArtifactWriter extends ArtifactReader {
  /** Stores or replaces one file and makes its directories; returns the digest that it replaced. */
  putArtifactFile(file: ArtifactFile): Promise<Digest | undefined>;
  /** Removes a file, or a directory with all that is below it; returns the digests that lost a reference. */
  deleteArtifacts(path: string): Promise<Digest[]>;
}
