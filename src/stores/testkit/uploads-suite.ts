import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Upload, UploadId } from "../../core/model/uploads.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

/** What every store must keep of uploads that go on. `open` gives an empty store. */
export function testUploads(name: string, open: () => Promise<MetadataStore>): void {
  describe(`uploads: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());

    const upload = (id: UploadId, more: Partial<Upload> = {}): Upload => ({
      id,
      metadata: "",
      parts: [],
      creationTime: 1,
      expirationTime: 1000,
      ...more,
    });
    const insert = (...uploads: Upload[]) =>
      store.transact(async (writer) => {
        for (const each of uploads) await writer.uploads.insertUpload(each);
      });
    const get = async (...ids: UploadId[]) => [
      ...(await store.read(({ uploads }) => uploads.getUploads(ids))).values(),
    ];
    const remove = (...ids: UploadId[]) => store.transact(({ uploads }) => uploads.deleteUploads(ids));

    it("gives an upload back as it was kept", async () => {
      const plain = upload("plain");
      const full = upload("full", {
        length: 2 ** 53 - 1,
        metadata: "name 5aWH",
        concatenation: "partial",
        unverifiedFrom: 7,
      });
      await insert(plain, full);
      assert.deepEqual(await get("plain"), [plain]);
      assert.deepEqual(await get("full"), [full]);
      assert.deepEqual(await get("missing"), []);
      assert.deepEqual(await get(), []);
      assert.equal(await store.read(({ uploads }) => uploads.countUploads()), 2);
      await remove("plain", "full", "missing");
      assert.deepEqual(await get("plain", "full"), []);
    });

    it("changes what is given and leaves the rest", async () => {
      await insert(upload("one", { unverifiedFrom: 3 }), upload("two"));
      await store.transact(({ uploads }) => uploads.updateUploads(["one", "two"], { length: 0, expirationTime: 2000 }));
      assert.deepEqual(await get("one"), [upload("one", { length: 0, unverifiedFrom: 3, expirationTime: 2000 })]);
      await store.transact(({ uploads }) => uploads.updateUploads(["one"], { unverifiedFrom: null }));
      assert.deepEqual(await get("one"), [upload("one", { length: 0, expirationTime: 2000 })]);
      assert.deepEqual(await get("two"), [upload("two", { length: 0, expirationTime: 2000 })]);
      await remove("one", "two");
    });

    it("keeps the parts of a final upload in their order, also where one comes twice", async () => {
      const parts = ["c", "a", "b", "a"];
      await insert(
        upload("final", { concatenation: "final", parts }),
        upload("other", { concatenation: "final", parts: ["d"] }),
      );
      assert.deepEqual((await get("final"))[0]?.parts, parts);
      const finals = (...of: UploadId[]) => store.read(({ uploads }) => uploads.getFinalUploads(of));
      assert.deepEqual(await finals("a", "b"), ["final"]);
      assert.deepEqual((await finals("c", "d")).toSorted(), ["final", "other"]);
      await remove("final");
      assert.deepEqual(await finals("a"), []);
      await remove("other");
    });

    it("finds those whose time is over, the oldest first", async () => {
      await insert(...[30, 10, 20, 40].map((expirationTime) => upload(`at ${expirationTime}`, { expirationTime })));
      const expired = (time: number, limit: number) =>
        store.read(({ uploads }) => uploads.getExpiredUploads(time, limit));
      assert.deepEqual(await expired(40, 10), ["at 10", "at 20", "at 30"]);
      assert.deepEqual(await expired(40, 2), ["at 10", "at 20"]);
      assert.deepEqual(await expired(10, 10), []);
    });
  });
}
