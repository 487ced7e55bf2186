import type { Migration } from "./migration.ts";

/** Uploads that go on in later requests, and of which partial ones a final one is made. */
export const uploads: Migration = {
  name: "0004-uploads",
  statements: ({ integer, text, clustered }) => [
    // `length` is NULL until the client knows it; `concatenation` is NULL for a file by itself.
    `CREATE TABLE uploads (
      id ${text} NOT NULL PRIMARY KEY,
      length ${integer},
      metadata ${text} NOT NULL,
      concatenation ${text},
      unverified_from ${integer},
      creation_time ${integer} NOT NULL,
      expiration_time ${integer} NOT NULL)`,
    `CREATE INDEX uploads_expiration_time ON uploads (expiration_time)`,
    `CREATE TABLE upload_parts (
      upload ${text} NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
      position ${integer} NOT NULL,
      part ${text} NOT NULL,
      PRIMARY KEY (upload, position))${clustered}`,
    `CREATE INDEX upload_parts_part ON upload_parts (part)`,
  ],
};
