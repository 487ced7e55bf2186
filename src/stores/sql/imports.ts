import type { Import, ImportKey, ImportReader, ImportWriter } from "../../core/ports/imports.ts";
import type { SqlSession } from "./session.ts";

type ImportRow = Import & { sourceId: string };

export class SqlImportReader implements ImportReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getImports({
    source,
    kind,
    sourceIds,
  }: Parameters<ImportReader["getImports"]>[0]): Promise<ReadonlyMap<string, Import>> {
    if (sourceIds.length === 0) return new Map();
    const { inList, listParameter } = this.session.dialect;
    const rows = await this.session.all<ImportRow>(
      `SELECT source_id AS "sourceId", id, creation_time AS "creationTime" FROM imports
       WHERE source = ? AND kind = ? AND ${inList("source_id", "text")}`,
      [source, kind, listParameter(sourceIds)],
    );
    return new Map(rows.map(({ sourceId, id, creationTime }) => [sourceId, { id, creationTime }]));
  }
}

export class SqlImportWriter extends SqlImportReader implements ImportWriter {
  async setImport({ source, kind, sourceId }: ImportKey, { id, creationTime }: Import): Promise<void> {
    await this.session.run(
      `INSERT INTO imports (source, kind, source_id, id, creation_time) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (source, kind, source_id) DO UPDATE SET id = excluded.id, creation_time = excluded.creation_time`,
      [source, kind, sourceId, id, creationTime],
    );
  }
}
