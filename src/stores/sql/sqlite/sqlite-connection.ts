import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { BulkInsert, SqlConnection, SqlValue } from "../connection.ts";
import { needingSpace } from "./no-space.ts";

/** Most statement texts that one connection keeps prepared. */
const STATEMENT_CAPACITY = 1000;

/** Longest text that is kept prepared: searches make texts from what clients ask for, and a prepared one takes its length in memory. */
const KEPT_TEXT_LENGTH = 16_384;

/** How long a statement waits for a lock that another process holds. */
const BUSY_TIMEOUT_MS = 5000;

export interface SqliteConnectionOptions {
  readOnly: boolean;
}

/** `node:sqlite` behind the store's own interface: calls run at once, their promises are already settled. */
export class SqliteConnection implements SqlConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, { readOnly }: SqliteConnectionOptions) {
    this.#database = new DatabaseSync(path, { readOnly, timeout: BUSY_TIMEOUT_MS });
    this.#database.exec(`
      PRAGMA case_sensitive_like = ON;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -16384;
      PRAGMA mmap_size = 268435456;
      PRAGMA temp_store = MEMORY;
    `);
    // FULL: a commit is on the disk before it returns, so an acknowledged write survives a power cut.
    if (!readOnly)
      this.#database.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;",
      );
  }

  async all<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return readAll(this.#prepare(text), parameters) as Row[];
  }

  async tuples<Tuple extends readonly SqlValue[]>(
    text: string,
    parameters: readonly SqlValue[] = [],
  ): Promise<Tuple[]> {
    const statement = this.#prepare(text);
    statement.setReturnArrays(true);
    try {
      return readAll(statement, parameters) as unknown as Tuple[];
    } finally {
      statement.setReturnArrays(false);
    }
  }

  async run(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return needingSpace(() => Number(this.#prepare(text).run(...parameters).changes));
  }

  // One prepared statement in a loop: faster than any form with many rows in one statement, and doubles are bound as they are.
  async insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number> {
    const statement = this.#prepare(insertText(insert));
    let changes = 0;
    needingSpace(() => {
      for (const row of rows) changes += Number(statement.run(...row).changes);
    });
    return changes;
  }

  /** Whether a transaction is open: SQLite itself ends one after some failures, a full disk for example. */
  get inTransaction(): boolean {
    return this.#database.isTransaction;
  }

  /** Runs statements that take no parameters and return nothing. */
  execute(text: string): void {
    needingSpace(() => this.#prepare(text).run());
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #prepare(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      if (text.length > KEPT_TEXT_LENGTH) return statement;
      if (this.#statements.size >= STATEMENT_CAPACITY) this.#statements.clear();
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

/** Texts of the inserts that are constants of the stores: making one costs as much as running it. */
const insertTexts = new WeakMap<BulkInsert, string>();

function insertText(insert: BulkInsert): string {
  let text = insertTexts.get(insert);
  if (text === undefined) {
    const columns = Object.keys(insert.columns);
    text = `INSERT INTO ${insert.table} (${columns}) VALUES (${columns.map(() => "?")}) ON CONFLICT ${insert.onConflict}`;
    insertTexts.set(insert, text);
  }
  return text;
}

type ResultRow = Record<string, unknown>;

function readAll(statement: StatementSync, parameters: readonly SqlValue[]): ResultRow[] {
  try {
    // A text with RETURNING writes, too.
    return needingSpace(() => statement.all(...parameters));
  } catch (error) {
    if (!isOutOfRange(error)) throw error;
    return readAllWithBigIntegers(statement, parameters);
  }
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_OUT_OF_RANGE";
}

/** Reads again with every integer as a bigint, and keeps those that a number cannot hold. */
function readAllWithBigIntegers(statement: StatementSync, parameters: readonly SqlValue[]): ResultRow[] {
  statement.setReadBigInts(true);
  try {
    const rows: ResultRow[] = statement.all(...parameters);
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) {
        if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) row[column] = Number(value);
      }
    }
    return rows;
  } finally {
    statement.setReadBigInts(false);
  }
}
