/** What a parameter of a statement can be, and a column of a row. */
export type SqlValue = string | number | bigint | null;

/** Many rows for one table. */
export interface BulkInsert {
  table: string;
  columns: Readonly<Record<string, "integer" | "real" | "text">>;
  /** `DO NOTHING`, or `(…) DO UPDATE SET …`; then no two of the rows may be in conflict with each other. */
  onConflict: string;
}

/**
 * One database connection. Statements are prepared once for each text and kept; `?` stands for a parameter in either dialect.
 * Integers beyond 2^53 come back as bigint.
 */
export interface SqlConnection {
  /** Runs a query and returns all of its rows. */
  all<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** As `all`, with each row as the array of its columns: a third cheaper, for queries of thousands of rows. */
  tuples<Tuple extends readonly SqlValue[]>(text: string, parameters?: readonly SqlValue[]): Promise<Tuple[]>;
  /** Runs a statement and returns the number of rows that it changed. */
  run(text: string, parameters?: readonly SqlValue[]): Promise<number>;
  /**
   * Inserts rows, each with a value for every column, in the way that is fastest here; one round trip at most. Returns the number of
   * rows that it inserted or changed.
   */
  insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number>;
}
