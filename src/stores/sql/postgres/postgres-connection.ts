import pg from "pg";
import type { BulkInsert, SqlConnection, SqlValue } from "../connection.ts";
import { arrayLiteral } from "../dialects/postgres.ts";

const BIGINT_OID = 20;

/** 64-bit integers as numbers where those are exact. */
export function registerIntegerParser(): void {
  pg.types.setTypeParser(BIGINT_OID, (text: string) => {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text);
  });
}

/** Most texts that are remembered; searches make new ones of what clients ask for. */
const TEXT_CAPACITY = 1000;

const numbered = new Map<string, string>();

/** Turns `?` into `$1`, `$2`, …; texts of the stores hold no question mark in a literal. */
function numberPlaceholders(text: string): string {
  let result = numbered.get(text);
  if (result === undefined) {
    let position = 0;
    result = text.replace(/\?/g, () => `$${++position}`);
    if (numbered.size >= TEXT_CAPACITY) numbered.clear();
    numbered.set(text, result);
  }
  return result;
}

/** One client of the pool behind the store's own interface. */
export class PostgresConnection implements SqlConnection {
  readonly #client: pg.ClientBase;

  constructor(client: pg.ClientBase) {
    this.#client = client;
  }

  async all<Row>(text: string, parameters: readonly SqlValue[] = []): Promise<Row[]> {
    return (await this.#client.query(numberPlaceholders(text), [...parameters])).rows as Row[];
  }

  async tuples<Tuple extends readonly SqlValue[]>(
    text: string,
    parameters: readonly SqlValue[] = [],
  ): Promise<Tuple[]> {
    const query = { text: numberPlaceholders(text), values: [...parameters], rowMode: "array" as const };
    return (await this.#client.query(query)).rows as unknown as Tuple[];
  }

  async run(text: string, parameters: readonly SqlValue[] = []): Promise<number> {
    return (await this.#client.query(numberPlaceholders(text), [...parameters])).rowCount ?? 0;
  }

  // One array for each column: the text of the statement, and so its plan, is the same for any number of rows.
  async insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number> {
    const columns = Object.entries(insert.columns);
    const arrays = columns.map(([, type]) => `?::${ARRAY_TYPES[type]}`);
    return this.run(
      `INSERT INTO ${insert.table} (${columns.map(([name]) => name)}) SELECT * FROM unnest(${arrays}) ON CONFLICT ${insert.onConflict}`,
      columns.map((_column, index) => arrayLiteral(rows.map((row) => row[index] ?? null))),
    );
  }
}

const ARRAY_TYPES = { integer: "bigint[]", real: "double precision[]", text: "text[]" };
