import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { Property } from "../../core/model/properties.ts";
import { FACTS_PROPERTY, FORMAT_PROPERTY } from "../../core/model/stored-models.ts";
import type { FileFactsReader, FileFactsWriter } from "../../core/ports/file-facts.ts";
import { deleteKeyValue } from "./key-values.ts";
import { UNREAD_VERSION } from "./migrations/0006-file-facts.ts";
import { insertProperties } from "./records/properties.ts";
import { RECORD_TABLES } from "./records/tables.ts";
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
  async putFileFacts(versionId: number, location: string, properties: readonly Property[]): Promise<void> {
    for (const key of [FORMAT_PROPERTY, FACTS_PROPERTY]) {
      await deleteKeyValue(this.session, "model_version_tags", versionId, key);
    }
    await insertProperties(this.session, RECORD_TABLES.modelVersion, versionId, properties);
    await updateRow(this.session, "model_versions", versionId, { read_location: location });
  }
}
