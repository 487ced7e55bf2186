import type { BulkInsert, SqlConnection, SqlValue } from "../sql/connection.ts";

/** Counts what goes to a connection: on a database with a network in between, the number of round trips. */
export class CountingConnection implements SqlConnection {
  readonly #connection: SqlConnection;
  count = 0;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  all<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]> {
    this.count++;
    return this.#connection.all(text, parameters);
  }

  tuples<Tuple extends readonly SqlValue[]>(text: string, parameters?: readonly SqlValue[]): Promise<Tuple[]> {
    this.count++;
    return this.#connection.tuples(text, parameters);
  }

  run(text: string, parameters?: readonly SqlValue[]): Promise<number> {
    this.count++;
    return this.#connection.run(text, parameters);
  }

  insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number> {
    this.count++;
    return this.#connection.insertAll(insert, rows);
  }
}
