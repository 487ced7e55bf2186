import type { BulkInsert, SqlValue } from "./connection.ts";
import type { SqlDialect } from "./dialects/dialect.ts";

/** Most keys that one process remembers; past it, it forgets all and learns again. */
const CAPACITY = 100_000;

/** Interned names of metrics, params and run tags that are known to be committed, so that they need no statement. */
export class KeyDictionary {
  readonly #ids = new Map<string, number>();
  readonly #names = new Map<number, string>();

  id(name: string): number | undefined {
    return this.#ids.get(name);
  }

  name(id: number): string | undefined {
    return this.#names.get(id);
  }

  remember(name: string, id: number): void {
    if (this.#ids.size >= CAPACITY) {
      this.#ids.clear();
      this.#names.clear();
    }
    this.#ids.set(name, id);
    this.#names.set(id, name);
  }
}

const NEW_KEYS: BulkInsert = { table: "keys", columns: { name: "text" }, onConflict: "(name) DO NOTHING" };

interface KeyRow {
  id: number;
  name: string;
}

/** What the keys need of the transaction that they are part of. */
interface KeyStatements {
  readonly dialect: SqlDialect;
  insertAll(insert: BulkInsert, rows: readonly (readonly SqlValue[])[]): Promise<number>;
  all<Row>(text: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
}

/** The keys as one transaction sees them: what it adds is shared only by `commit`. */
export class SessionKeys {
  readonly #dictionary: KeyDictionary;
  readonly #session: KeyStatements;
  #added: Map<string, number> | undefined;

  constructor(dictionary: KeyDictionary, session: KeyStatements) {
    this.#dictionary = dictionary;
    this.#session = session;
  }

  /** The number of a key, or undefined where no run ever used it. */
  async find(name: string): Promise<number | undefined> {
    return (await this.findAll([name])).get(name);
  }

  /** The numbers of those keys that some run has used. */
  async findAll(names: readonly string[]): Promise<Map<string, number>> {
    const ids = new Map<string, number>();
    const missing: string[] = [];
    for (const name of names) {
      const id = this.#dictionary.id(name) ?? this.#added?.get(name);
      if (id === undefined) missing.push(name);
      else ids.set(name, id);
    }
    if (missing.length > 0) for (const [name, id] of await this.#load(missing)) ids.set(name, id);
    return ids;
  }

  /** The numbers of keys, each interned where it is new. */
  async intern(names: Iterable<string>): Promise<Map<string, number>> {
    const wanted = [...new Set(names)];
    const ids = await this.findAll(wanted);
    const missing = wanted.filter((name) => !ids.has(name));
    if (missing.length === 0) return ids;
    await this.#session.insertAll(
      NEW_KEYS,
      missing.map((name) => [name]),
    );
    for (const [name, id] of await this.#load(missing)) ids.set(name, id);
    return ids;
  }

  /** The names of keys; every id must be of a row that this transaction has read. */
  async names(ids: Iterable<number>): Promise<(id: number) => string> {
    const missing = [...new Set(ids)].filter((id) => this.#dictionary.name(id) === undefined);
    const loaded = new Map<number, string>();
    if (missing.length > 0) {
      const { inList, listParameter } = this.#session.dialect;
      const rows = await this.#session.all<KeyRow>(`SELECT id, name FROM keys WHERE ${inList("id", "integer")}`, [
        listParameter(missing),
      ]);
      for (const row of rows) {
        loaded.set(row.id, row.name);
        this.#add(row);
      }
    }
    return (id) => {
      const name = loaded.get(id) ?? this.#dictionary.name(id);
      if (name === undefined) throw new Error(`Key ${id} has no name`);
      return name;
    };
  }

  /** To be called once the transaction is committed. */
  commit(): void {
    if (this.#added === undefined) return;
    for (const [name, id] of this.#added) this.#dictionary.remember(name, id);
  }

  async #load(names: readonly string[]): Promise<Map<string, number>> {
    const { inList, listParameter } = this.#session.dialect;
    const rows = await this.#session.all<KeyRow>(`SELECT id, name FROM keys WHERE ${inList("name", "text")}`, [
      listParameter(names),
    ]);
    for (const row of rows) this.#add(row);
    return new Map(rows.map((row) => [row.name, row.id]));
  }

  #add(row: KeyRow): void {
    this.#added ??= new Map();
    this.#added.set(row.name, row.id);
  }
}
