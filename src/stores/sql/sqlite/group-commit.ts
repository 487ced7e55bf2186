import type { SqlSession } from "../session.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Most operations in one commit, which bounds how long a group holds the event loop. */
const GROUP_LIMIT = 256;

interface Waiting {
  /** Runs inside its own savepoint. */
  run(session: SqlSession): Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Done {
  waiting: Waiting;
  session: SqlSession;
  outcome: { ok: true; value: unknown } | { ok: false; error: unknown };
}

/**
 * Writes on the one writing connection, committed as groups: what has arrived when the event loop comes round runs one after the
 * other, each operation to its end inside its own savepoint; one commit syncs them all, and only then are they answered.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #newSession: () => SqlSession;
  #queue: Waiting[] = [];
  #scheduled = false;

  constructor(connection: SqliteConnection, newSession: () => SqlSession) {
    this.#connection = connection;
    this.#newSession = newSession;
  }

  transact<T>(run: (session: SqlSession) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the poll phase: the requests that the event loop has just read are in one group.
    setImmediate(() => void this.#commitGroup());
  }

  async #commitGroup(): Promise<void> {
    const group = this.#queue.splice(0, GROUP_LIMIT);
    try {
      const done = await this.#runGroup(group);
      for (const { waiting, session, outcome } of done) {
        if (outcome.ok) {
          session.keys.commit();
          waiting.resolve(outcome.value);
        } else waiting.reject(outcome.error);
      }
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.execute("ROLLBACK");
      for (const waiting of group) waiting.reject(error);
    }
    this.#scheduled = false;
    if (this.#queue.length > 0) this.#schedule();
  }

  async #runGroup(group: readonly Waiting[]): Promise<Done[]> {
    this.#connection.execute("BEGIN IMMEDIATE");
    const done: Done[] = [];
    for (const waiting of group) done.push(await this.#runOne(waiting));
    this.#connection.execute("COMMIT");
    return done;
  }

  async #runOne(waiting: Waiting): Promise<Done> {
    const session = this.#newSession();
    this.#connection.execute("SAVEPOINT operation");
    try {
      const value = await waiting.run(session);
      this.#connection.execute("RELEASE operation");
      return { waiting, session, outcome: { ok: true, value } };
    } catch (error) {
      // Without a transaction the savepoint is gone too, and with it the whole group.
      if (!this.#connection.inTransaction) throw error;
      this.#connection.execute("ROLLBACK TO operation");
      this.#connection.execute("RELEASE operation");
      return { waiting, session, outcome: { ok: false, error } };
    }
  }
}
