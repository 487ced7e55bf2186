import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { LocalBlobStore } from "../../stores/blobs/local.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import type { Digest } from "../model/artifacts.ts";
import { deleteArtifacts, openArtifact, storeArtifact } from "./artifacts.ts";
import type { OperationContext } from "./context.ts";
import { countReferencedBlobs, type VerificationFinding, verifyBlobs } from "./verification.ts";

describe("verification of a store", () => {
  const directory = mkdtempSync(join(tmpdir(), "verification-"));
  let root: string;
  let context: OperationContext;
  let folders = 0;
  beforeEach(async () => {
    await context?.store.close();
    root = join(directory, String(++folders));
    context = {
      blobs: await LocalBlobStore.open(join(root, "blobs")),
      store: await SqliteMetadataStore.open(join(root, "registry.db")),
      clock: Date,
      artifactRoot: "mlflow-artifacts:",
    };
  });
  after(async () => {
    await context.store.close();
    rmSync(directory, { recursive: true });
  });

  const store = async (path: string, text = path) => (await storeArtifact(context, path, [Buffer.from(text)])).digest;
  const pathOf = (digest: Digest) => join(root, "blobs/sha256", digest.slice(0, 2), digest);
  const spoil = (digest: Digest) => writeFileSync(pathOf(digest), readFileSync(pathOf(digest)).fill("?"));
  const publish = async (text: string) => {
    const staged = await context.blobs.stage([Buffer.from(text)]);
    await staged.publish(async () => undefined);
    return staged.digest;
  };

  async function findings(during: () => Promise<unknown> = async () => undefined): Promise<VerificationFinding[]> {
    const found: VerificationFinding[] = [];
    let verified = 0;
    await verifyBlobs(context, {
      parallel: 3,
      onFinding: (finding) => found.push(finding),
      onVerified() {
        if (verified++ === 0) void during();
      },
    });
    return found;
  }

  it("finds nothing wrong with a store that is whole", async () => {
    for (let index = 0; index < 450; index++) await store(`whole/${index}`);
    assert.deepEqual(await findings(), []);
    assert.deepEqual(await countReferencedBlobs(context), { blobs: 450, bytes: 10 * 7 + 90 * 8 + 350 * 9 });
  });

  it("finds what is damaged, missing, orphaned and stray, and who refers to it", async () => {
    await store("whole");
    const damaged = await store("a/damaged", "damaged");
    await store("b/damaged too", "damaged");
    spoil(damaged);
    const setAside = await store("set aside");
    spoil(setAside);
    await assert.rejects(openArtifact(context, "set aside", () => ({ wanted: "everything" as const })));
    const missing = await store("missing");
    rmSync(pathOf(missing));
    const orphaned = await publish("orphaned");
    writeFileSync(join(root, "blobs/sha256/notes.txt"), "");
    await context.blobs.partialUploads.append("0000", 0, [Buffer.from("nobody's")]);
    const expected: VerificationFinding[] = [
      { kind: "damaged", digest: damaged, paths: ["a/damaged", "b/damaged too"] },
      { kind: "damaged", digest: setAside, paths: ["set aside"] },
      { kind: "missing", digest: missing, paths: ["missing"] },
      { kind: "orphaned", digest: orphaned },
      { kind: "stray", name: "upload 0000" },
      { kind: "stray", name: "sha256/notes.txt" },
    ];
    assert.deepEqual(new Set(await findings()), new Set(expected));
    await store("a/damaged", "damaged");
    assert.ok(!(await findings()).some((finding) => "digest" in finding && finding.digest === damaged));
  });

  it("finds no fault with what comes and goes meanwhile", async () => {
    for (let index = 0; index < 50; index++) await store(`stays/${index}`);
    const late = await context.blobs.stage([Buffer.from("late")]);
    let published: Promise<unknown> | undefined;
    const visible = new Promise<void>((resolve) => {
      published = late.publish(async () => {
        resolve();
        await new Promise((settled) => setTimeout(settled, 500));
        await store("late", "late");
      });
    });
    await visible;
    const found = await findings(async () => {
      await deleteArtifacts(context, "stays");
      for (let index = 0; index < 50; index++) await store(`new/${index}`);
    });
    await published;
    assert.deepEqual(found, []);
  });
});
