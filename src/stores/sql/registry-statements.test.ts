import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { Writer } from "../../core/ports/metadata-store.ts";
import { CountingConnection } from "../testkit/counting-connection.ts";
import { newModel, newVersion } from "../testkit/registry-fixtures.ts";
import { sqliteDialect } from "./dialects/sqlite.ts";
import { KeyDictionary } from "./keys.ts";
import { createWriter } from "./reader-writer.ts";
import { SqlSession } from "./session.ts";
import { migrateSqlite } from "./sqlite/migrate.ts";
import { SqliteConnection } from "./sqlite/sqlite-connection.ts";

const directory = mkdtempSync(join(tmpdir(), "registry-statements-"));
const connection = new SqliteConnection(join(directory, "registry.db"), { readOnly: false });
const counting = new CountingConnection(connection);
const writer = createWriter(new SqlSession(sqliteDialect, counting, new KeyDictionary()));
after(() => {
  connection.close();
  rmSync(directory, { recursive: true });
});

async function count(work: (writer: Writer) => Promise<unknown>): Promise<number> {
  counting.count = 0;
  await work(writer);
  return counting.count;
}

describe("the number of statements does not grow with the lists", () => {
  const ids: number[] = [];
  before(async () => {
    await migrateSqlite(connection);
    for (let index = 0; index < 50; index++) {
      const name = `model-${index}`;
      const id = await writer.registeredModels.insertRegisteredModel(newModel(name, { tags: manyTags(index) }));
      await writer.modelVersions.insertModelVersion(newVersion({ id, name }, { tags: manyTags(index) }));
      await writer.registeredModels.setAlias(id, "champion", 1);
      ids.push(id);
    }
  });

  it("latest versions of models", async () => {
    const one = await count(({ registeredModels }) => registeredModels.getLatestVersions(ids.slice(0, 1)));
    const fifty = await count(({ registeredModels }) => registeredModels.getLatestVersions(ids));
    assert.deepEqual([one, fifty], [3, 3]);
  });

  it("one model, one version, one by alias", async () => {
    assert.equal(await count(({ registeredModels }) => registeredModels.getRegisteredModel("model-40")), 3);
    assert.equal(await count(({ modelVersions }) => modelVersions.getModelVersion("model-40", 1)), 3);
    assert.equal(await count(({ modelVersions }) => modelVersions.getModelVersionByAlias("model-40", "champion")), 3);
  });

  it("tags of a new version, whose source is one more", async () => {
    const model = { id: ids[0] ?? 0, name: "model-0" };
    const insert = (tags: number, fields = {}) =>
      count(({ modelVersions }) =>
        modelVersions.insertModelVersion(newVersion(model, { tags: manyTags(tags), ...fields })),
      );
    assert.deepEqual([await insert(1), await insert(100)], [3, 3]);
    assert.equal(await insert(1, { source: "s3://bucket/model" }), 4);
  });
});

function manyTags(count: number) {
  return Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "v" }));
}
