import type { ModelVersion } from "../model/model-versions.ts";
import type { Property } from "../model/properties.ts";

/** Which versions have files that nobody has looked into, whoever made them. */
export interface FileFactsReader {
  /**
   * Versions with an id above `after` that have a location, or another one than when they were last looked at, by id, at most `limit`;
   * without deleted ones. Costs what there is to do, not what there is.
   */
  getUnreadVersions(after: number, limit: number): Promise<ModelVersion[]>;
}

export interface FileFactsWriter extends FileFactsReader {
  /** Puts properties in place of the facts that a version has, and notes that the files at `location` have been read. */
  putFileFacts(versionId: number, location: string, properties: readonly Property[]): Promise<void>;
}
