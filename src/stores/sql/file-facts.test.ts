import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordingConnection } from "../testkit/recording-connection.ts";
import { sqliteDialect } from "./dialects/sqlite.ts";
import { KeyDictionary } from "./keys.ts";
import { createReader } from "./reader-writer.ts";
import { SqlSession } from "./session.ts";
import { migrateSqlite } from "./sqlite/migrate.ts";
import { SqliteConnection } from "./sqlite/sqlite-connection.ts";

test("looking for versions whose files are unread goes along the index of these", async () => {
  const connection = new SqliteConnection(":memory:", { readOnly: false });
  await migrateSqlite(connection);
  const recording = new RecordingConnection(connection);
  const session = new SqlSession(sqliteDialect, recording, new KeyDictionary());
  await createReader(session).fileFacts.getUnreadVersions(0, 10);
  const plan = await recording.plans();
  assert.match(JSON.stringify(plan), /model_versions_unread/);
});
