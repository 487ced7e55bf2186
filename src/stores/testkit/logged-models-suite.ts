import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { LoggedModel } from "../../core/model/logged-models.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

type NewLoggedModel = Omit<LoggedModel, "metrics">;

/** What every store of logged models must do. `open` gives an empty store. */
export function testLoggedModels(name: string, open: () => Promise<MetadataStore>): void {
  describe(`logged models: ${name}`, () => {
    let store: MetadataStore;
    let experimentId: number;
    before(async () => {
      store = await open();
      experimentId = await store.transact(({ experiments }) =>
        experiments.insertExperiment({
          name: "experiment",
          artifactLocation: "mlflow-artifacts:/1",
          lifecycleStage: "active",
          creationTime: 1,
          lastUpdateTime: 1,
          tags: [],
        }),
      );
    });
    after(() => store.close());

    const insert = async (modelId: string, fields: Partial<NewLoggedModel> = {}): Promise<NewLoggedModel> => {
      const model: NewLoggedModel = {
        modelId,
        experimentId,
        name: "net",
        artifactLocation: `mlflow-artifacts:/1/models/${modelId}/artifacts`,
        creationTime: 1,
        lastUpdateTime: 1,
        status: "PENDING",
        params: [],
        tags: [],
        ...fields,
      };
      await store.transact(({ loggedModels }) => loggedModels.insertLoggedModel(model));
      return model;
    };
    const get = (modelId: string, options?: { withDeleted: boolean }) =>
      store.read(({ loggedModels }) => loggedModels.getLoggedModel(modelId, options));

    it("keeps a model as it was given", async () => {
      const given = await insert("m-kept", {
        modelType: "",
        sourceRunId: "r",
        statusMessage: "soon",
        params: [
          { key: "a", value: "1" },
          { key: "b", value: "" },
        ],
        tags: [{ key: "t", value: "ä" }],
      });
      assert.deepEqual(await get("m-kept"), { ...given, metrics: [] });
    });

    it("knows nothing of other ids", async () => assert.equal(await get("m-nothing"), undefined));

    it("changes the status", async () => {
      await insert("m-ready");
      await store.transact(({ loggedModels }) =>
        loggedModels.updateLoggedModel("m-ready", { status: "READY", lastUpdateTime: 4 }),
      );
      const model = await get("m-ready");
      assert.deepEqual([model?.status, model?.creationTime, model?.lastUpdateTime], ["READY", 1, 4]);
    });

    it("hides a deleted model, unless asked for", async () => {
      await insert("m-deleted");
      await store.transact(({ loggedModels }) => loggedModels.deleteLoggedModel("m-deleted", 6));
      assert.equal(await get("m-deleted"), undefined);
      assert.equal((await get("m-deleted", { withDeleted: true }))?.lastUpdateTime, 6);
    });

    it("sets, replaces and deletes tags; adds params", async () => {
      await insert("m-tagged", { params: [{ key: "a", value: "1" }], tags: [{ key: "k", value: "1" }] });
      await store.transact(async ({ loggedModels }) => {
        await loggedModels.setLoggedModelTags("m-tagged", [
          { key: "k", value: "2" },
          { key: "gone", value: "1" },
        ]);
        assert.equal(await loggedModels.deleteLoggedModelTag("m-tagged", "gone"), true);
        assert.equal(await loggedModels.deleteLoggedModelTag("m-tagged", "gone"), false);
        await loggedModels.insertLoggedModelParams("m-tagged", [{ key: "b", value: "2" }]);
      });
      const model = await get("m-tagged");
      assert.deepEqual(model?.tags, [{ key: "k", value: "2" }]);
      assert.deepEqual(model?.params, [
        { key: "a", value: "1" },
        { key: "b", value: "2" },
      ]);
    });
  });
}
