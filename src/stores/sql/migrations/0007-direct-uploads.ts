import type { Migration } from "./migration.ts";

/** Files that clients put straight into the blob store, until they are in the artifact tree. */
export const directUploads: Migration = {
  name: "0007-direct-uploads",
  statements: ({ integer, text }) => [
    `CREATE TABLE direct_uploads (
      id ${text} NOT NULL PRIMARY KEY,
      path ${text} NOT NULL,
      kind ${text} NOT NULL,
      upload ${text} NOT NULL,
      creation_time ${integer} NOT NULL,
      expiration_time ${integer} NOT NULL)`,
    `CREATE INDEX direct_uploads_path ON direct_uploads (kind, path)`,
    `CREATE INDEX direct_uploads_expiration_time ON direct_uploads (expiration_time)`,
  ],
};
