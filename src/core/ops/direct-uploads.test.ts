import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { LocalBlobStore } from "../../stores/blobs/local.ts";
import type { LocalTransfers } from "../../stores/blobs/local-transfers.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import { isCoreError } from "../errors.ts";
import type { SignedRequest } from "../ports/direct-transfers.ts";
import { removeAbandonedUploads } from "./abandoned-uploads.ts";
import type { OperationContext } from "./context.ts";
import { completePartsUpload, startBodyUpload, startPartsUpload } from "./direct-uploads.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const notAborted = { aborted: false };

describe("direct uploads that nobody ends", () => {
  const directory = mkdtempSync(join(tmpdir(), "direct-uploads-"));
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
  let transfers: LocalTransfers;
  let context: OperationContext;
  before(async () => {
    const blobs = await LocalBlobStore.open(join(directory, "blobs"));
    transfers = blobs.ownTransfers({ secret: randomBytes(32), prefix: "/signed", now: clock.now });
    const store = await SqliteMetadataStore.open(join(directory, "registry.db"));
    context = {
      store,
      blobs,
      directTransfers: transfers,
      ownTransfers: transfers,
      clock,
      artifactRoot: "mlflow-artifacts:",
    };
  });
  after(async () => {
    await context.store.close();
    rmSync(directory, { recursive: true });
  });

  /** What a client does with a signed request. */
  const put = ({ url }: SignedRequest, text: string) => {
    const [, upload = "", number] = /(?:parts|bodies)\/([^/?]+)(?:\/(\d+))?/.exec(url) ?? [];
    return transfers.receive(upload, number === undefined ? undefined : Number(number), [Buffer.from(text)]);
  };
  const folders = () => readdirSync(join(directory, "blobs", "transfers")).length;
  const records = () => context.store.read(({ directUploads }) => directUploads.countDirectUploads());
  const digestAt = async (path: string) => {
    const node = (await context.store.read(({ artifacts }) => artifacts.getArtifactNodes([path]))).get(path);
    return typeof node === "object" ? node.digest : node;
  };

  it("are in the tree within the hour where their file was put in one body", async () => {
    await put(await startBodyUpload(context, "put/a.txt", 60), "text");
    await removeAbandonedUploads(context, notAborted);
    assert.match(String(await digestAt("put/a.txt")), /^[0-9a-f]{64}$/);
    assert.deepEqual([await records(), folders()], [0, 0]);
  });

  it("are gone after a day, with their bytes", async () => {
    const { id, requests } = await startPartsUpload(context, "parts/a.bin", 1);
    const etags = await Promise.all(requests.map((request) => put(request, "part")));
    await startBodyUpload(context, "never/a.txt", 60);
    await removeAbandonedUploads(context, notAborted);
    assert.deepEqual([await records(), folders()], [2, 2]);
    clock.ahead += DAY_MS + 1000;
    await removeAbandonedUploads(context, notAborted);
    assert.deepEqual([await records(), folders()], [0, 1]);
    const parts = etags.map((etag) => ({ number: 1, etag }));
    await assert.rejects(completePartsUpload(context, "parts/a.bin", id, parts), (error) =>
      isCoreError(error, "notFound"),
    );
    // The store forgets by itself what was to be put in one body.
    await transfers.startMultipart();
    assert.equal(folders(), 1);
  });

  it("stay as they were where they can't be completed", async () => {
    const { id, requests } = await startPartsUpload(context, "again/a.bin", 1);
    const etags = await Promise.all(requests.map((request) => put(request, "part")));
    const complete = (etag: string) => completePartsUpload(context, "again/a.bin", id, [{ number: 1, etag }]);
    await assert.rejects(complete('"another"'), (error) => isCoreError(error, "invalidValue"));
    assert.equal((await complete(etags[0] ?? "")).size, 4);
  });
});
