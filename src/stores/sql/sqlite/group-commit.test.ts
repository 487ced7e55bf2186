import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { SqlSession } from "../session.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqliteConnection } from "./sqlite-connection.ts";

const directory = mkdtempSync(join(tmpdir(), "group-commit-"));
after(() => rmSync(directory, { recursive: true }));

let files = 0;

/** A connection that remembers which transaction statements it ran. */
class WatchedConnection extends SqliteConnection {
  readonly statements: string[] = [];

  override execute(text: string): void {
    this.statements.push(text);
    super.execute(text);
  }
}

function open() {
  const connection = new WatchedConnection(join(directory, `${++files}.db`), { readOnly: false });
  connection.execute("CREATE TABLE items (name TEXT PRIMARY KEY)");
  const dictionary = new KeyDictionary();
  return {
    connection,
    groupCommit: new GroupCommit(connection, () => new SqlSession(sqliteDialect, connection, dictionary)),
  };
}

const insert = (name: string) => (session: SqlSession) => session.run("INSERT INTO items (name) VALUES (?)", [name]);
const names = async (connection: SqliteConnection) =>
  (await connection.all<{ name: string }>("SELECT name FROM items ORDER BY name")).map((row) => row.name);

describe("group commit", () => {
  it("commits everything that arrived together once", async () => {
    const { connection, groupCommit } = open();
    await Promise.all(["a", "b", "c"].map((name) => groupCommit.transact(insert(name))));
    assert.deepEqual(connection.statements.slice(-2), ["BEGIN IMMEDIATE", "COMMIT"]);
    assert.deepEqual(await names(connection), ["a", "b", "c"]);
  });

  it("undoes an operation that fails, and that one alone", async () => {
    const { connection, groupCommit } = open();
    const results = await Promise.allSettled([
      groupCommit.transact(insert("a")),
      groupCommit.transact(async (session) => {
        await insert("b")(session);
        throw new Error("refused");
      }),
      groupCommit.transact(insert("a")),
      groupCommit.transact(insert("c")),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["fulfilled", "rejected", "rejected", "fulfilled"],
    );
    assert.deepEqual(await names(connection), ["a", "c"]);
  });

  it("runs a group again where an operation is refused, with the same outcome, and the next ones with care", async () => {
    const { connection, groupCommit } = open();
    const runs: string[] = [];
    const counted = (name: string) => (session: SqlSession) => {
      runs.push(name);
      return insert(name)(session);
    };
    const group = () => Promise.allSettled(["a", "b", "a", "c"].map((name) => groupCommit.transact(counted(name))));
    const first = await group();
    assert.deepEqual(
      first.map((result) => result.status),
      ["fulfilled", "fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(runs.splice(0), ["a", "b", "a", "a", "b", "a", "c"]);
    await group();
    assert.deepEqual(runs, ["a", "b", "a", "c"]);
    assert.deepEqual(await names(connection), ["a", "b", "c"]);
  });

  it("fails the whole group where the transaction is lost, and goes on with the next", async () => {
    const { connection, groupCommit } = open();
    const results = await Promise.allSettled([
      groupCommit.transact(insert("a")),
      groupCommit.transact(async (session) => {
        connection.execute("ROLLBACK");
        await session.run("INSERT INTO missing VALUES (1)");
      }),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ["rejected", "rejected"],
    );
    await groupCommit.transact(insert("d"));
    assert.deepEqual(await names(connection), ["d"]);
  });

  it("runs operations one after the other, however they are written", async () => {
    const { groupCommit } = open();
    const log: string[] = [];
    const operation = (name: string) => async () => {
      log.push(`${name} begins`);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      log.push(`${name} ends`);
    };
    await Promise.all([groupCommit.transact(operation("first")), groupCommit.transact(operation("second"))]);
    assert.deepEqual(log, ["first begins", "first ends", "second begins", "second ends"]);
  });
});
