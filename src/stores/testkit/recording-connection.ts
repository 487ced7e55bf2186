import type { BulkInsert, SqlConnection, SqlValue } from "../sql/connection.ts";

export interface RecordedStatement {
  text: string;
  parameters: readonly SqlValue[];
}

/** A connection that notes every query, so that a test can count them and ask the database how it would run them. */
export class RecordingConnection implements SqlConnection {
  readonly queries: RecordedStatement[] = [];
  readonly #connection: SqlConnection;

  constructor(connection: SqlConnection) {
    this.#connection = connection;
  }

  all<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    this.queries.push({ text, parameters });
    return this.#connection.all<Row>(text, parameters);
  }

  tuples<Tuple extends readonly SqlValue[]>(text: string, parameters: readonly SqlValue[] = []): Promise<Tuple[]> {
    this.queries.push({ text, parameters });
    return this.#connection.tuples<Tuple>(text, parameters);
  }

  run(text: string, parameters?: readonly SqlValue[]): Promise<number> {
    return this.#connection.run(text, parameters);
  }

  insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number> {
    return this.#connection.insertAll(insert, rows);
  }

  /** How SQLite runs the queries that were noted. */
  async plans(): Promise<string[]> {
    const plans: string[] = [];
    for (const { text, parameters } of this.queries) {
      const steps = await this.#connection.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${text}`, parameters);
      plans.push(...steps.map((step) => step.detail));
    }
    return plans;
  }
}
