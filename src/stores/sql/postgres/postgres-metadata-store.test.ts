import { after } from "node:test";
import { testMetadataStore } from "../../testkit/metadata-store-suite.ts";
import { createTestDatabase, type TestDatabase } from "../../testkit/postgres.ts";
import { PostgresMetadataStore } from "./postgres-metadata-store.ts";

const databases: TestDatabase[] = [];
after(() => Promise.all(databases.map((database) => database.drop())));

testMetadataStore("PostgreSQL", async () => {
  const database = await createTestDatabase();
  databases.push(database);
  return PostgresMetadataStore.open(database.url);
});
