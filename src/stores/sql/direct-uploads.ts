import type { DirectUpload } from "../../core/model/direct-uploads.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { DirectUploadReader, DirectUploadWriter } from "../../core/ports/direct-uploads.ts";
import type { SqlSession } from "./session.ts";

const SELECT = `SELECT id, path, kind, upload, creation_time AS "creationTime", expiration_time AS "expirationTime"
  FROM direct_uploads`;

export class SqlDirectUploadReader implements DirectUploadReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  getDirectUpload(id: string): Promise<DirectUpload | undefined> {
    return this.session.first<DirectUpload>(`${SELECT} WHERE id = ?`, [id]);
  }

  async countDirectUploads(): Promise<number> {
    const row = await this.session.first<{ count: number }>("SELECT count(*) AS count FROM direct_uploads");
    return Number(row?.count);
  }

  getWaitingBodies(path: string): Promise<DirectUpload[]> {
    const order = "ORDER BY creation_time, id";
    if (path === "") return this.session.all<DirectUpload>(`${SELECT} WHERE kind = 'body' ${order}`);
    // What is below `a` is from `a/` up to `a0`, the character behind the slash.
    return this.session.all<DirectUpload>(
      `${SELECT} WHERE kind = 'body' AND (path = ? OR (path >= ? AND path < ?)) ${order}`,
      [path, `${path}/`, `${path}0`],
    );
  }

  getExpiredDirectUploads(time: Timestamp, limit: number): Promise<DirectUpload[]> {
    return this.session.all<DirectUpload>(`${SELECT} WHERE expiration_time < ? ORDER BY expiration_time LIMIT ?`, [
      time,
      limit,
    ]);
  }
}

export class SqlDirectUploadWriter extends SqlDirectUploadReader implements DirectUploadWriter {
  async insertDirectUpload(upload: DirectUpload): Promise<void> {
    await this.session.run(
      "INSERT INTO direct_uploads (id, path, kind, upload, creation_time, expiration_time) VALUES (?, ?, ?, ?, ?, ?)",
      [upload.id, upload.path, upload.kind, upload.upload, upload.creationTime, upload.expirationTime],
    );
  }

  async deleteDirectUpload(id: string): Promise<boolean> {
    return (await this.session.run("DELETE FROM direct_uploads WHERE id = ?", [id])) > 0;
  }
}
