import type { SqlSession } from "../session.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Most operations in one commit, which bounds how long a group holds the event loop. */
const GROUP_LIMIT = 256;

/** Groups that run with savepoints after an operation was refused: where one is, others often follow. */
const CAREFUL_GROUPS = 16;

interface Waiting {
  /** May run twice, the first time undone. */
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
 * other, each operation to its end; one commit syncs them all, and only then are they answered. Where an operation is refused, the group
 * is undone and run again, each operation inside its own savepoint: savepoints cost a fifth of a short write, and hardly any is refused.
 */
export class GroupCommit {
  readonly #connection: SqliteConnection;
  readonly #newSession: () => SqlSession;
  #queue: Waiting[] = [];
  #scheduled = false;
  #careful = 0;

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
    if (this.#careful > 0) this.#careful--;
    else {
      const done = await this.#runTogether(group);
      if (done) return done;
      this.#careful = CAREFUL_GROUPS;
    }
    this.#connection.execute("BEGIN IMMEDIATE");
    const done: Done[] = [];
    for (const waiting of group) done.push(await this.#runApart(waiting));
    this.#connection.execute("COMMIT");
    return done;
  }

  /** Undefined where an operation was refused: nothing of the group is done then. */
  async #runTogether(group: readonly Waiting[]): Promise<Done[] | undefined> {
    this.#connection.execute("BEGIN IMMEDIATE");
    const done: Done[] = [];
    for (const waiting of group) {
      const session = this.#newSession();
      try {
        done.push({ waiting, session, outcome: { ok: true, value: await waiting.run(session) } });
      } catch (error) {
        if (this.#connection.inTransaction) this.#connection.execute("ROLLBACK");
        return group.length === 1 ? [{ waiting, session, outcome: { ok: false, error } }] : undefined;
      }
    }
    this.#connection.execute("COMMIT");
    return done;
  }

  async #runApart(waiting: Waiting): Promise<Done> {
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
