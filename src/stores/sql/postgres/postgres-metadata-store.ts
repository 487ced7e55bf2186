import { setTimeout } from "node:timers/promises";
import pg from "pg";
import type { MetadataStore, Reader, Writer } from "../../../core/ports/metadata-store.ts";
import { postgresDialect } from "../dialects/postgres.ts";
import { KeyDictionary } from "../keys.ts";
import { applyMigrations } from "../migrator.ts";
import { createReader, createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { PostgresConnection, registerIntegerParser } from "./postgres-connection.ts";

/** Of the whole server, so that several replicas that start at once migrate one after the other. */
const MIGRATION_LOCK = 7_265_413;

/** How often a transaction that met another one is tried again. */
const ATTEMPTS = 30;

/** Longest wait before another attempt; waits are random, so that those who met do not meet again. */
const LONGEST_WAIT_MS = 50;

const RETRIED_STATES = new Set(["40001", "40P01"]);

/** The records in a PostgreSQL database, 16 or newer. Transactions are serializable and tried again when two of them meet. */
export class PostgresMetadataStore implements MetadataStore {
  readonly #dictionary = new KeyDictionary();
  readonly #pool: pg.Pool;

  private constructor(pool: pg.Pool) {
    this.#pool = pool;
    // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
    pool.on("error", () => undefined);
  }

  /** Connects and brings the schema up to date. */
  static async open(connectionString: string): Promise<PostgresMetadataStore> {
    registerIntegerParser();
    const store = new PostgresMetadataStore(new pg.Pool({ connectionString }));
    try {
      await store.#inTransaction("BEGIN", async (session) => {
        await session.run("SELECT pg_advisory_xact_lock(?)", [MIGRATION_LOCK]);
        await applyMigrations(session, Date.now());
      });
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#inTransaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", (session) =>
      work(createReader(session)),
    );
  }

  async transact<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#inTransaction("BEGIN ISOLATION LEVEL SERIALIZABLE", (session) =>
          work(createWriter(session)),
        );
      } catch (error) {
        if (attempt === ATTEMPTS || !isSerializationFailure(error)) throw error;
        await setTimeout(Math.random() * Math.min(2 ** attempt, LONGEST_WAIT_MS));
      }
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #inTransaction<T>(begin: string, work: (session: SqlSession) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    const session = new SqlSession(postgresDialect, new PostgresConnection(client), this.#dictionary);
    try {
      await client.query(begin);
      const result = await work(session);
      await client.query("COMMIT");
      session.keys.commit();
      return result;
    } catch (error) {
      await client.query("ROLLBACK");
      throw error;
    } finally {
      client.release();
    }
  }
}

function isSerializationFailure(error: unknown): boolean {
  return error instanceof pg.DatabaseError && RETRIED_STATES.has(error.code ?? "");
}
