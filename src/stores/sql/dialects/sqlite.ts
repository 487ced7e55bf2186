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
  inList: (column) => `${column} IN (SELECT value FROM json_each(?))`,
  rowsOfList: (alias) => `json_each(?) AS ${alias}`,
  listParameter: (values) =>
    `[${values.map((value) => (typeof value === "string" ? JSON.stringify(value) : value)).join()}]`,
  // Every connection runs `PRAGMA case_sensitive_like = ON`.
  like: (left, right, escapeCharacter) => `${left} LIKE ${right}${escapedBy(escapeCharacter)}`,
  ilike: (left, right, escapeCharacter) => `lower(${left}) LIKE lower(${right})${escapedBy(escapeCharacter)}`,
  byBytes: (text) => text,
  indexedBy: (index) => ` INDEXED BY ${index}`,
  assignIdsAbove: () => undefined,
};

function escapedBy(character: string | undefined): string {
  return character === undefined ? "" : ` ESCAPE '${character}'`;
}
