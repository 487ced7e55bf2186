import type { Migration } from "./migration.ts";

const LOCATION = "COALESCE(storage_location, source, '')";

/** Whether a version has files at a place that nobody has looked at. The index below has these rows, of which there are mostly none. */
export const UNREAD_VERSION = `lifecycle_stage = 'active' AND ${LOCATION} <> '' AND COALESCE(read_location, '') <> ${LOCATION}`;

/** What files say about themselves: what is known, and of which location. Files that are there already are read by and by. */
export const fileFacts: Migration = {
  name: "0006-file-facts",
  statements: ({ text }) => [
    `ALTER TABLE model_versions ADD COLUMN read_location ${text}`,
    `ALTER TABLE model_versions ADD COLUMN file_facts ${text}`,
    `CREATE INDEX model_versions_unread ON model_versions (id) WHERE ${UNREAD_VERSION}`,
  ],
};
