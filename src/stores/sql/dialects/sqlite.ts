import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Schema } from "../schema.ts";
import type { SqlDialect } from "./dialect.ts";

export const sqliteDialect: SqlDialect = {
  name: "sqlite",
  ddl: {
    id: "INTEGER PRIMARY KEY AUTOINCREMENT",
    integer: "INTEGER",
    real: "REAL",
    text: "TEXT",
    clustered: " WITHOUT ROWID",
    indexedText: (column) => column,
  },
  builder: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  inList: (column) => `${column} IN (SELECT value FROM json_each(?))`,
  listParameter: (values) =>
    `[${values.map((value) => (typeof value === "string" ? JSON.stringify(value) : value)).join()}]`,
  // Every connection runs `PRAGMA case_sensitive_like = ON`.
  like: (left, right) => `${left} LIKE ${right}`,
  ilike: (left, right) => `lower(${left}) LIKE lower(${right})`,
  indexedBy: (index) => ` INDEXED BY ${index}`,
};
