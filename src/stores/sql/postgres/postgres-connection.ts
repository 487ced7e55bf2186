import pg from "pg";
import type { SqlConnection, SqlValue } from "../connection.ts";

const BIGINT_OID = 20;

/** 64-bit integers as numbers where those are exact. */
export function registerIntegerParser(): void {
  pg.types.setTypeParser(BIGINT_OID, (text: string) => {
    const number = Number(text);
    return Number.isSafeInteger(number) ? number : BigInt(text);
  });
}

const numbered = new Map<string, string>();

/** Turns `?` into `$1`, `$2`, …; texts of the stores hold no question mark in a literal. */
function numberPlaceholders(text: string): string {
  let result = numbered.get(text);
  if (result === undefined) {
    let position = 0;
    result = text.replace(/\?/g, () => `$${++position}`);
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
}
