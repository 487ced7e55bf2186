import type { Migration } from "./migration.ts";

/** What was copied from other registries, and what became of it here. */
export const imports: Migration = {
  name: "0003-imports",
  statements: ({ integer, text, clustered }) => [
    `CREATE TABLE imports (
      source ${text} NOT NULL,
      kind ${text} NOT NULL,
      source_id ${text} NOT NULL,
      id ${integer} NOT NULL,
      creation_time ${integer} NOT NULL,
      PRIMARY KEY (source, kind, source_id))${clustered}`,
  ],
};
