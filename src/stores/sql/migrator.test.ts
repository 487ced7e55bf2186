import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { sqliteDialect } from "./dialects/sqlite.ts";
import { KeyDictionary } from "./keys.ts";
import type { Migration } from "./migrations/migration.ts";
import { migrations } from "./migrations/migrations.ts";
import { applyMigrations, NewerSchemaError } from "./migrator.ts";
import { SqlSession } from "./session.ts";
import { migrateSqlite } from "./sqlite/migrate.ts";
import { SqliteConnection } from "./sqlite/sqlite-connection.ts";

const addColour: Migration = {
  name: "9998-add-colour",
  statements: ({ text }) => [`ALTER TABLE experiments ADD COLUMN colour ${text}`],
};
const broken: Migration = {
  name: "9999-broken",
  statements: () => ["CREATE TABLE half_done (id INTEGER)", "ALTER TABLE missing ADD COLUMN x"],
};

async function openMigrated(): Promise<{ connection: SqliteConnection; session: SqlSession }> {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  await migrateSqlite(connection);
  return { connection, session: new SqlSession(sqliteDialect, connection, new KeyDictionary()) };
}

async function tables(session: SqlSession): Promise<string[]> {
  const rows = await session.all<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'");
  return rows.map((row) => row.name);
}

describe("migrations", () => {
  it("bring an older schema up to date and keep its data, once", async () => {
    const { session } = await openMigrated();
    await session.run("INSERT INTO keys (name) VALUES ('kept')");
    assert.deepEqual(await applyMigrations(session, 1, [...migrations, addColour]), ["9998-add-colour"]);
    assert.deepEqual(await applyMigrations(session, 2, [...migrations, addColour]), []);
    assert.deepEqual(
      (await session.all<{ name: string }>("SELECT name FROM keys")).map((row) => row.name),
      ["kept"],
    );
  });

  it("leave the older schema as it was when one of them fails", async () => {
    const { connection, session } = await openMigrated();
    const before = await tables(session);
    connection.execute("BEGIN");
    await assert.rejects(applyMigrations(session, 1, [...migrations, addColour, broken]), /missing/);
    connection.execute("ROLLBACK");
    assert.deepEqual(await tables(session), before);
    assert.deepEqual(await applyMigrations(session, 1, [...migrations, addColour]), ["9998-add-colour"]);
  });

  it("refuse the schema of a newer version and say so", async () => {
    const { session } = await openMigrated();
    await applyMigrations(session, 1, [...migrations, addColour]);
    await assert.rejects(applyMigrations(session, 2), (error) => {
      assert.ok(error instanceof NewerSchemaError);
      assert.match(error.message, /9998-add-colour.*newer version/);
      return true;
    });
  });
});
