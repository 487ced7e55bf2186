import type { Migration } from "./migrations/migration.ts";
import { migrations } from "./migrations/migrations.ts";
import type { SqlSession } from "./session.ts";

/** The data was written by a newer version of this program than the one that is running. */
export class NewerSchemaError extends Error {
  override readonly name = "NewerSchemaError";

  constructor(applied: string) {
    super(
      `The data has the schema ${applied}, which this version of modelregistry does not know. ` +
        "It was written by a newer version: start that one, or restore a backup from before the upgrade.",
    );
  }
}

/** The data was written by an older version of this program, which has to be brought up to date first. */
export class OlderSchemaError extends Error {
  override readonly name = "OlderSchemaError";

  constructor(missing: string) {
    super(`The data lacks ${missing}: it was written by an older version. Start this version's server on it once.`);
  }
}

/** Throws `NewerSchemaError` or `OlderSchemaError` where the data is not of this version. */
export async function requireCurrentSchema(session: SqlSession): Promise<void> {
  const [missing] = await findMissing(session, migrations);
  if (missing) throw new OlderSchemaError(missing.name);
}

/**
 * Applies the migrations that are missing. The caller holds a transaction, so that either all of them take effect or none.
 * Returns the names of those that it applied.
 */
export async function applyMigrations(
  session: SqlSession,
  now: number,
  known: readonly Migration[] = migrations,
): Promise<string[]> {
  const { ddl } = session.dialect;
  await session.run(
    `CREATE TABLE IF NOT EXISTS schema_migrations (name ${ddl.text} PRIMARY KEY, applied_time ${ddl.integer} NOT NULL)`,
  );
  const missing = await findMissing(session, known);
  for (const migration of missing) {
    for (const statement of migration.statements(ddl)) await session.run(statement);
    await session.run("INSERT INTO schema_migrations (name, applied_time) VALUES (?, ?)", [migration.name, now]);
  }
  return missing.map((migration) => migration.name);
}

async function findMissing(session: SqlSession, known: readonly Migration[]): Promise<Migration[]> {
  const rows = await session.all<{ name: string }>("SELECT name FROM schema_migrations ORDER BY name");
  const applied = new Set(rows.map((row) => row.name));
  const unknown = rows.findLast((row) => !known.some((migration) => migration.name === row.name));
  if (unknown) throw new NewerSchemaError(unknown.name);
  return known.filter((migration) => !applied.has(migration.name));
}
