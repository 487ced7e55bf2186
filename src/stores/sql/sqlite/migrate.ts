import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { applyMigrations } from "../migrator.ts";
import { SqlSession } from "../session.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** Brings the file's schema up to date in one transaction. Throws `NewerSchemaError`, and changes nothing, where it is too new. */
export async function migrateSqlite(connection: SqliteConnection): Promise<void> {
  connection.execute("BEGIN EXCLUSIVE");
  try {
    await applyMigrations(new SqlSession(sqliteDialect, connection, new KeyDictionary()), Date.now());
    connection.execute("COMMIT");
  } catch (error) {
    if (connection.inTransaction) connection.execute("ROLLBACK");
    throw error;
  }
}
