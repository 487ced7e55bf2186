import type { Compilable, Kysely } from "kysely";
import type { BulkInsert, SqlConnection, SqlValue } from "./connection.ts";
import type { SqlDialect } from "./dialects/dialect.ts";
import { type KeyDictionary, SessionKeys } from "./keys.ts";
import type { Schema } from "./schema.ts";

/**
 * What the stores of `stores/sql` work with: one connection inside one transaction. Queries are built with `build` and run with
 * `query`; hot ones are plain text with `?` for parameters, prepared once.
 */
export class SqlSession {
  readonly dialect: SqlDialect;
  readonly keys: SessionKeys;
  readonly #connection: SqlConnection;

  constructor(dialect: SqlDialect, connection: SqlConnection, dictionary: KeyDictionary) {
    this.dialect = dialect;
    this.#connection = connection;
    this.keys = new SessionKeys(dictionary, this);
  }

  get build(): Kysely<Schema> {
    return this.dialect.builder;
  }

  async query<Row>(query: Compilable<Row>): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    return this.#connection.all<Row>(sql, parameters as SqlValue[]);
  }

  async queryFirst<Row>(query: Compilable<Row>): Promise<Row | undefined> {
    return (await this.query(query))[0];
  }

  /** Runs a built statement; returns the number of rows that it changed. */
  async execute(query: Compilable): Promise<number> {
    const { sql, parameters } = query.compile();
    return this.#connection.run(sql, parameters as SqlValue[]);
  }

  all<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    return this.#connection.all<Row>(text, parameters);
  }

  tuples<Tuple extends readonly SqlValue[]>(text: string, parameters?: readonly SqlValue[]): Promise<Tuple[]> {
    return this.#connection.tuples<Tuple>(text, parameters);
  }

  async first<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row | undefined> {
    return (await this.#connection.all<Row>(text, parameters))[0];
  }

  run(text: string, parameters?: readonly SqlValue[]): Promise<number> {
    return this.#connection.run(text, parameters);
  }

  insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number> {
    return this.#connection.insertAll(insert, rows);
  }
}
