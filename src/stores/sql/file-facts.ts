import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { FileFactsReader, FileFactsWriter } from "../../core/ports/file-facts.ts";
import { UNREAD_VERSION } from "./migrations/0006-file-facts.ts";
import { updateRow } from "./row-statements.ts";
import { readModelVersions } from "./rows/model-versions.ts";
import type { SqlSession } from "./session.ts";

export class SqlFileFactsReader implements FileFactsReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  getUnreadVersions(after: number, limit: number): Promise<ModelVersion[]> {
    const from = `FROM (SELECT * FROM model_versions WHERE ${UNREAD_VERSION} AND id > ? ORDER BY id LIMIT ?) v
      JOIN registered_models m ON m.id = v.model ORDER BY v.id`;
    return readModelVersions(this.session, from, [after, limit]);
  }
}

export class SqlFileFactsWriter extends SqlFileFactsReader implements FileFactsWriter {
  async putFileFacts(versionId: number, location: string, facts: string | undefined): Promise<void> {
    await updateRow(this.session, "model_versions", versionId, { read_location: location, file_facts: facts ?? null });
  }
}
