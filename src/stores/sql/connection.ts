/** What a parameter of a statement can be. */
export type SqlValue = string | number | bigint | null;

/**
 * One database connection. Statements are prepared once for each text and kept; `?` stands for a parameter in either dialect.
 * Integers beyond 2^53 come back as bigint.
 */
export interface SqlConnection {
  /** Runs a query and returns all of its rows. */
  all<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs a statement and returns the number of rows that it changed. */
  run(text: string, parameters?: readonly SqlValue[]): Promise<number>;
}
