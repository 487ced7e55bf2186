import type { MetadataStore, Reader, Writer } from "../../../core/ports/metadata-store.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { requireCurrentSchema } from "../migrator.ts";
import { createReader, createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { GroupCommit } from "./group-commit.ts";
import { migrateSqlite } from "./migrate.ts";
import { SqliteConnection } from "./sqlite-connection.ts";

/**
 * The records in one SQLite file. Reads have a connection of their own, and WAL gives them a snapshot that no write disturbs. Reads
 * run one after the other, like writes: the calls of two operations never mix on one connection.
 */
export class SqliteMetadataStore implements MetadataStore {
  readonly #dictionary = new KeyDictionary();
  readonly #reading: SqliteConnection;
  readonly #writing: SqliteConnection | undefined;
  readonly #groupCommit: GroupCommit | undefined;
  #lastRead: Promise<unknown> = Promise.resolve();

  private constructor(reading: SqliteConnection, writing?: SqliteConnection) {
    this.#reading = reading;
    this.#writing = writing;
    if (writing) this.#groupCommit = new GroupCommit(writing, () => this.#newSession(writing));
  }

  /** Opens the file, makes it where there is none, and brings its schema up to date. */
  static async open(path: string): Promise<SqliteMetadataStore> {
    const writing = new SqliteConnection(path, { readOnly: false });
    try {
      await migrateSqlite(writing);
      return new SqliteMetadataStore(new SqliteConnection(path, { readOnly: true }), writing);
    } catch (error) {
      writing.close();
      throw error;
    }
  }

  /** Opens a file that another store of this process keeps, for reading alone. */
  static openReadOnly(path: string): SqliteMetadataStore {
    return new SqliteMetadataStore(new SqliteConnection(path, { readOnly: true }));
  }

  /** Opens a file for reading alone, whoever else uses it. Throws `NewerSchemaError` and `OlderSchemaError`. */
  static async openBeside(path: string): Promise<SqliteMetadataStore> {
    const reading = new SqliteConnection(path, { readOnly: true });
    try {
      await requireCurrentSchema(new SqlSession(sqliteDialect, reading, new KeyDictionary()));
      return new SqliteMetadataStore(reading);
    } catch (error) {
      reading.close();
      throw error;
    }
  }

  read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    const result = this.#lastRead.then(() => this.#readNow(work));
    this.#lastRead = result.catch(() => undefined);
    return result;
  }

  transact<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    if (this.#groupCommit === undefined) throw new Error("This store was opened for reading alone");
    return this.#groupCommit.transact((session) => work(createWriter(session)));
  }

  async close(): Promise<void> {
    await this.#lastRead;
    await this.#groupCommit?.transact(async () => undefined);
    this.#reading.close();
    this.#writing?.close();
  }

  async #readNow<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    const session = this.#newSession(this.#reading);
    this.#reading.execute("BEGIN");
    try {
      const result = await work(createReader(session));
      session.keys.commit();
      return result;
    } finally {
      this.#reading.execute("COMMIT");
    }
  }

  #newSession(connection: SqliteConnection): SqlSession {
    return new SqlSession(sqliteDialect, connection, this.#dictionary);
  }
}
