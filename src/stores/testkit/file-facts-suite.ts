import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";

/** What every store must do for what files say about themselves. `open` gives an empty store. */
export function testFileFacts(name: string, open: () => Promise<MetadataStore>): void {
  describe(`facts of files: ${name}`, () => {
    let store: MetadataStore;
    let ids: number[];
    before(async () => {
      store = await open();
      ids = await store.transact(async ({ registeredModels, modelVersions }) => {
        const model = { id: await registeredModels.insertRegisteredModel(newModel("m")), name: "m" };
        const insert = async (fields: Parameters<typeof newVersion>[1]) =>
          (await modelVersions.insertModelVersion(newVersion(model, fields))).id;
        const located = await insert({ source: "models:/m-1", storageLocation: "mlflow-artifacts:/1/model" });
        const sourced = await insert({ source: "s3://bucket/model", tags: [{ key: "a", value: "b" }] });
        await insert({});
        await insert({ source: "s", storageLocation: "" });
        const deleted = await insert({ source: "s" });
        await modelVersions.deleteModelVersion({ id: deleted, modelId: model.id, number: 5 }, 1);
        return [located, sourced];
      });
    });
    after(() => store.close());

    const unread = async (afterId = 0, limit = 10) =>
      (await store.read(({ fileFacts }) => fileFacts.getUnreadVersions(afterId, limit))).map(({ id }) => id);
    const put = (id: number, location: string, facts?: string) =>
      store.transact(({ fileFacts }) => fileFacts.putFileFacts(id, location, facts));
    const factsOf = async (id: number) =>
      (await store.read(({ storedModels }) => storedModels.getStoredModels([id])))[0]?.facts;

    it("finds versions with files, page by page", async () => {
      assert.deepEqual(await unread(), ids);
      assert.deepEqual(await unread(0, 1), [ids[0]]);
      assert.deepEqual(await unread(ids[0]), [ids[1]]);
    });

    it("keeps the facts until there are others, or none", async () => {
      const [, id = 0] = ids;
      assert.equal(await factsOf(id), undefined);
      for (const facts of ['{"format":"pickle"}', '{"format":"onnx"}', undefined]) {
        await put(id, "s3://bucket/model", facts);
        assert.equal(await factsOf(id), facts);
      }
      assert.deepEqual(await unread(), [ids[0]]);
    });

    it("finds a version again whose files are somewhere else now", async () => {
      const [id = 0] = ids;
      await put(id, "mlflow-artifacts:/1/other", "{}");
      assert.deepEqual(await unread(), [id]);
      await put(id, "mlflow-artifacts:/1/model");
      assert.deepEqual(await unread(), []);
    });
  });
}
