import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

const model = (name: string) => ({
  name,
  state: "active" as const,
  creationTime: 1,
  lastUpdateTime: 1,
  properties: [],
  aliases: [],
});

/** What every store must keep of copies from other registries. `open` gives an empty store. */
export function testImports(name: string, open: () => Promise<MetadataStore>): void {
  describe(`imports: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    const insert = (record: Parameters<typeof model>[0], id?: number) =>
      store.transact(({ records }) =>
        records.insertRecord("registeredModel", { ...model(record), ...(id !== undefined && { id }) }),
      );

    it("finds what was kept by source, kind and id, and forgets what it was before", async () => {
      const key = { source: "http://a", kind: "run", sourceId: "7" };
      await store.transact(async ({ imports }) => {
        await imports.setImport(key, { id: 1, creationTime: 5 });
        await imports.setImport(key, { id: 2, creationTime: 6 });
        await imports.setImport({ ...key, sourceId: "8" }, { id: 3, creationTime: 7 });
        await imports.setImport({ ...key, kind: "experiment" }, { id: 4, creationTime: 8 });
        await imports.setImport({ ...key, source: "http://b" }, { id: 5, creationTime: 9 });
      });
      const find = (sourceIds: string[]) =>
        store.read(({ imports }) => imports.getImports({ source: "http://a", kind: "run", sourceIds }));
      assert.deepEqual(
        [...(await find(["7", "8", "9"]))],
        [
          ["7", { id: 2, creationTime: 6 }],
          ["8", { id: 3, creationTime: 7 }],
        ],
      );
      assert.deepEqual([...(await find([]))], []);
    });

    it("keeps a number that it is given, and assigns numbers above it from then on", async () => {
      assert.equal(await insert("first"), 1);
      assert.equal(await insert("copied", 40), 40);
      assert.equal(await insert("copied too", 12), 12);
      assert.equal(await insert("next"), 41);
    });
  });
}
