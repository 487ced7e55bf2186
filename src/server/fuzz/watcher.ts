import { DatabaseSync } from "node:sqlite";

/** Looks at a server's database from outside, to tell whether a request has changed anything in it. */
export class Watcher {
  readonly #now: DatabaseSync;
  /** Sees what was there when the request began. */
  readonly #before: DatabaseSync;

  constructor(databasePath: string) {
    this.#now = new DatabaseSync(databasePath, { readOnly: true });
    this.#before = new DatabaseSync(databasePath, { readOnly: true });
  }

  /** Sends the request, hands its answer to `judge`, and with it a function that says whether the database says something else now. */
  async watch<Answer>(
    request: () => Promise<Answer>,
    judge: (answer: Answer, hasChanged: () => boolean) => void,
  ): Promise<void> {
    this.#before.exec("BEGIN; SELECT 1 FROM sqlite_schema");
    try {
      const version = dataVersion(this.#now);
      const answer = await request();
      // A write that was rolled back in its savepoint is a commit too, of nothing.
      judge(answer, () => dataVersion(this.#now) !== version && contentOf(this.#now) !== contentOf(this.#before));
    } finally {
      this.#before.exec("COMMIT");
    }
  }

  close(): void {
    this.#now.close();
    this.#before.close();
  }
}

/** Changes with every commit. */
function dataVersion(database: DatabaseSync): unknown {
  return database.prepare("PRAGMA data_version").get()?.data_version;
}

/** What the server writes by itself, whatever it is asked: the facts that it reads of files. */
const WRITTEN_UNASKED = new Set(["read_location", "file_facts"]);

/** Every row of every table. */
function contentOf(database: DatabaseSync): string {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const rows = tables.map(({ name }) => {
    const columns = database.prepare(`SELECT name FROM pragma_table_info(?)`).all(String(name));
    const asked = columns.map((column) => String(column.name)).filter((column) => !WRITTEN_UNASKED.has(column));
    const statement = database.prepare(`SELECT ${asked.map((column) => `"${column}"`)} FROM "${name}"`);
    statement.setReadBigInts(true);
    return statement.all();
  });
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
