import type { BulkInsert, SqlConnection, SqlValue } from "./connection.ts";
import type { SqlDialect } from "./dialects/dialect.ts";
import { type KeyDictionary, SessionKeys } from "./keys.ts";

/**
 * What the stores of `stores/sql` work with: one connection inside one transaction. Statements are plain text with `?` for
 * parameters, prepared once for each text.
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
