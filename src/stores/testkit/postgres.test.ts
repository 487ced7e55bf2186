import assert from "node:assert/strict";
import { after, test } from "node:test";
import pg from "pg";
import { createTestDatabase } from "./postgres.ts";

const database = await createTestDatabase();
after(() => database.drop());

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows;
  } finally {
    await client.end();
  }
}

test("a test database is on PostgreSQL 16 or newer", async () => {
  const [row] = await query(database.url, "SELECT current_setting('server_version_num')::int >= 160000");
  assert.deepEqual(row, [true]);
});

test("two test databases see nothing of each other", async () => {
  const other = await createTestDatabase();
  await query(database.url, "CREATE TABLE only_here (id int)");
  await assert.rejects(query(other.url, "SELECT * FROM only_here"), /does not exist/);
  await other.drop();
  await assert.rejects(query(other.url, "SELECT 1"), /does not exist/);
});

test("text sorts by language unless a query says otherwise, as on most installations", async () => {
  const words = "FROM (VALUES ('b'), ('A'), ('a'), ('B')) AS words (word)";
  assert.deepEqual(await query(database.url, `SELECT string_agg(word, '' ORDER BY word) ${words}`), [["aAbB"]]);
  assert.deepEqual(await query(database.url, `SELECT string_agg(word, '' ORDER BY word COLLATE "C") ${words}`), [
    ["ABab"],
  ]);
});
