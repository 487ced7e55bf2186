import type { Upload, UploadId } from "../../core/model/uploads.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { UploadChanges, UploadReader, UploadWriter } from "../../core/ports/uploads.ts";
import type { BulkInsert, SqlValue } from "./connection.ts";
import type { UploadPartRow, UploadRow } from "./schema.ts";
import type { SqlSession } from "./session.ts";

const PARTS: BulkInsert = {
  table: "upload_parts",
  columns: { upload: "text", position: "integer", part: "text" },
  onConflict: "DO NOTHING",
};

export class SqlUploadReader implements UploadReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getUploads(ids: readonly UploadId[]): Promise<Map<UploadId, Upload>> {
    const rows = await this.session.all<UploadRow>(`SELECT * FROM uploads WHERE ${this.in("id")}`, [this.list(ids)]);
    const parts = await this.session.all<UploadPartRow>(
      `SELECT upload, part FROM upload_parts WHERE ${this.in("upload")} ORDER BY upload, position`,
      [this.list(ids)],
    );
    const partsOf = Map.groupBy(parts, ({ upload }) => upload);
    return new Map(rows.map((row) => [row.id, toUpload(row, partsOf.get(row.id) ?? [])]));
  }

  async countUploads(): Promise<number> {
    const row = await this.session.first<{ count: number }>("SELECT count(*) AS count FROM uploads");
    return Number(row?.count);
  }

  async getExpiredUploads(time: Timestamp, limit: number): Promise<UploadId[]> {
    const rows = await this.session.all<{ id: UploadId }>(
      "SELECT id FROM uploads WHERE expiration_time < ? ORDER BY expiration_time LIMIT ?",
      [time, limit],
    );
    return rows.map(({ id }) => id);
  }

  async getFinalUploads(parts: readonly UploadId[]): Promise<UploadId[]> {
    const rows = await this.session.all<{ upload: UploadId }>(
      `SELECT DISTINCT upload FROM upload_parts WHERE ${this.in("part")}`,
      [this.list(parts)],
    );
    return rows.map(({ upload }) => upload);
  }

  protected in(column: string): string {
    return this.session.dialect.inList(column, "text");
  }

  protected list(ids: readonly UploadId[]): string {
    return this.session.dialect.listParameter(ids);
  }
}

export class SqlUploadWriter extends SqlUploadReader implements UploadWriter {
  async insertUpload(upload: Upload): Promise<void> {
    await this.session.run(
      `INSERT INTO uploads (id, length, metadata, concatenation, unverified_from, creation_time, expiration_time)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        upload.id,
        upload.length ?? null,
        upload.metadata,
        upload.concatenation ?? null,
        upload.unverifiedFrom ?? null,
        upload.creationTime,
        upload.expirationTime,
      ],
    );
    const rows = upload.parts.map((part, position) => [upload.id, position, part]);
    if (rows.length > 0) await this.session.insertAll(PARTS, rows);
  }

  async updateUploads(ids: readonly UploadId[], changes: UploadChanges): Promise<void> {
    const columns = {
      length: changes.length,
      unverified_from: changes.unverifiedFrom,
      expiration_time: changes.expirationTime,
    };
    const given = Object.entries(columns).filter(([, value]) => value !== undefined);
    await this.session.run(`UPDATE uploads SET ${given.map(([column]) => `${column} = ?`)} WHERE ${this.in("id")}`, [
      ...given.map(([, value]) => value as SqlValue),
      this.list(ids),
    ]);
  }

  async deleteUploads(ids: readonly UploadId[]): Promise<void> {
    await this.session.run(`DELETE FROM uploads WHERE ${this.in("id")}`, [this.list(ids)]);
  }
}

function toUpload(row: UploadRow, parts: readonly UploadPartRow[]): Upload {
  return {
    id: row.id,
    ...(row.length !== null && { length: row.length }),
    metadata: row.metadata,
    ...(row.concatenation !== null && { concatenation: row.concatenation }),
    parts: parts.map(({ part }) => part),
    ...(row.unverified_from !== null && { unverifiedFrom: row.unverified_from }),
    creationTime: row.creation_time,
    expirationTime: row.expiration_time,
  };
}
