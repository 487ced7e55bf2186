import type { ModelVersion } from "../model/model-versions.ts";

/** Which versions have files that nobody has looked into, whoever made them. */
export interface FileFactsReader {
  /**
   * Versions with an id above `after` that have a location, or another one than when they were last looked at, by id, at most `limit`;
   * without deleted ones. Costs what there is to do, not what there is.
   */
  getUnreadVersions(after: number, limit: number): Promise<ModelVersion[]>;
}

export interface FileFactsWriter extends FileFactsReader {
  /** Puts the facts, JSON, in place of those that a version has, and notes that the files at `location` have been read. */
  putFileFacts(versionId: number, location: string, facts: string | undefined): Promise<void>;
}
