import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { testMetadataStore } from "../../testkit/metadata-store-suite.ts";
import { SqliteMetadataStore } from "./sqlite-metadata-store.ts";

const directory = mkdtempSync(join(tmpdir(), "sqlite-store-"));
after(() => rmSync(directory, { recursive: true }));

let files = 0;

testMetadataStore("SQLite", () => SqliteMetadataStore.open(join(directory, `${++files}.db`)));
