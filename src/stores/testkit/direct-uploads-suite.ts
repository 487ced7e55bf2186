import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { DirectUpload } from "../../core/model/direct-uploads.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

/** What every store must keep of files that clients put straight into the blob store. `open` gives an empty store. */
export function testDirectUploads(name: string, open: () => Promise<MetadataStore>): void {
  describe(`direct uploads: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    const upload = (id: string, path: string, more: Partial<DirectUpload> = {}): DirectUpload => ({
      id,
      path,
      kind: "body",
      upload: `store's ${id}`,
      creationTime: 1,
      expirationTime: 100,
      ...more,
    });
    const insert = (...uploads: DirectUpload[]) =>
      store.transact(async ({ directUploads }) => {
        for (const each of uploads) await directUploads.insertDirectUpload(each);
      });
    const remove = (id: string) => store.transact(({ directUploads }) => directUploads.deleteDirectUpload(id));
    const waiting = async (path: string) =>
      (await store.read(({ directUploads }) => directUploads.getWaitingBodies(path))).map(({ id }) => id);

    it("gives one back as it was kept, until it is removed", async () => {
      const one = upload("one", "a/b", { kind: "parts" });
      await insert(one);
      assert.deepEqual({ ...(await store.read(({ directUploads }) => directUploads.getDirectUpload("one"))) }, one);
      assert.equal(await store.read(({ directUploads }) => directUploads.countDirectUploads()), 1);
      assert.deepEqual([await remove("one"), await remove("one")], [true, false]);
      assert.equal(await store.read(({ directUploads }) => directUploads.getDirectUpload("one")), undefined);
    });

    it("finds bodies at a path and below it, the oldest first, and no parts", async () => {
      await insert(
        upload("below", "a/b/c", { creationTime: 3 }),
        upload("at", "a/b", { creationTime: 2 }),
        upload("again", "a/b", { creationTime: 1 }),
        upload("beside", "a/b0"),
        upload("before", "a/b!"),
        upload("above", "a"),
        upload("parts", "a/b", { kind: "parts" }),
      );
      assert.deepEqual(await waiting("a/b"), ["again", "at", "below"]);
      assert.deepEqual(await waiting("a/b/c"), ["below"]);
      assert.deepEqual(await waiting("a/x"), []);
      assert.equal((await waiting("")).length, 6);
    });

    it("finds those whose time is over", async () => {
      await insert(
        upload("old", "x", { expirationTime: 10 }),
        upload("older", "x", { expirationTime: 5, kind: "parts" }),
      );
      const expired = async (time: number, limit: number) =>
        (await store.read(({ directUploads }) => directUploads.getExpiredDirectUploads(time, limit))).map(
          ({ id }) => id,
        );
      assert.deepEqual(await expired(11, 10), ["older", "old"]);
      assert.deepEqual(await expired(11, 1), ["older"]);
      assert.deepEqual(await expired(5, 10), []);
    });
  });
}
