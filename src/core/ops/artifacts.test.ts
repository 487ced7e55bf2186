import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { LocalBlobStore } from "../../stores/blobs/local.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import type { Digest } from "../model/artifacts.ts";
import { deleteArtifacts, openArtifact, storeArtifact } from "./artifacts.ts";
import { sweepBlobs } from "./blob-sweep.ts";
import type { OperationContext } from "./context.ts";

const notAborted = { aborted: false };

describe("artifacts and their bytes", () => {
  const directory = mkdtempSync(join(tmpdir(), "artifacts-"));
  let context: OperationContext;
  before(async () => {
    context = {
      store: await SqliteMetadataStore.open(join(directory, "registry.db")),
      blobs: await LocalBlobStore.open(join(directory, "blobs")),
      clock: Date,
      artifactRoot: "mlflow-artifacts:",
    };
  });
  after(async () => {
    await context.store.close();
    rmSync(directory, { recursive: true });
  });

  const store = (path: string, text: string) => storeArtifact(context, path, [Buffer.from(text)]);
  /** As a process leaves them that dies right after publishing. */
  const leaveBehind = async (text: string): Promise<Digest> => {
    const staged = await context.blobs.stage([Buffer.from(text)]);
    await staged.publish(async () => undefined);
    return staged.digest;
  };

  it("sweeps up bytes that no path refers to, and nothing else", async () => {
    const kept = await Promise.all(Array.from({ length: 210 }, (_, index) => store(`kept/${index}`, `kept ${index}`)));
    const stray = await Promise.all(Array.from({ length: 210 }, (_, index) => leaveBehind(`stray ${index}`)));
    assert.equal(await sweepBlobs(context, notAborted), 210);
    for (const { digest, size } of kept) assert.equal(await context.blobs.size(digest), size);
    for (const digest of stray) assert.equal(await context.blobs.size(digest), undefined);
    assert.equal(await sweepBlobs(context, notAborted), 0);
  });

  it("keeps what is uploaded while it sweeps", async () => {
    for (let round = 0; round < 20; round++) {
      const digest = await leaveBehind(`again ${round}`);
      await Promise.all([sweepBlobs(context, notAborted), store(`again/${round}`, `again ${round}`)]);
      assert.notEqual(await context.blobs.size(digest), undefined);
    }
  });

  it("ends a sweep when the server stops", async () => {
    await leaveBehind("left");
    assert.equal(await sweepBlobs(context, { aborted: true }), 0);
  });

  it("removes the bytes where the record of them is refused", async () => {
    await store("dir/file", "first");
    const upload = context.blobs.stage([Buffer.from("late")]);
    await (await upload).discard();
    await assert.rejects(storeArtifact(context, "late", conflictOnTheWay()), /is a directory/);
    assert.equal(await context.blobs.size((await upload).digest), undefined);
  });

  /** While the bytes of `late` arrive, somebody makes a directory of that name. */
  async function* conflictOnTheWay(): AsyncIterable<Uint8Array> {
    yield Buffer.from("late");
    await store("late/file", "faster");
  }

  it("deletes more files than one step takes", async () => {
    await context.store.transact(async ({ artifacts }) => {
      for (let index = 0; index < 2500; index++) {
        const path = `many/${index % 7}/${index}`;
        await artifacts.putArtifactFile({ path, digest: "0".repeat(64), size: 1, lastUpdateTime: 1 });
      }
    });
    await deleteArtifacts(context, "many");
    for (const path of ["many", "many/0", "many/0/0"]) {
      await assert.rejects(
        openArtifact(context, path, () => ({ wanted: "nothing" as const })),
        /notFound/,
      );
    }
  });
});
