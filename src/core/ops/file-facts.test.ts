import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, describe, it } from "node:test";
import { LocalBlobStore } from "../../stores/blobs/local.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import { newModel, newVersion } from "../../stores/testkit/registry-fixtures.ts";
import { storeArtifact } from "./artifacts.ts";
import type { OperationContext } from "./context.ts";
import { readUnreadFiles } from "./file-facts.ts";

const RUNNING = { aborted: false };

describe("facts of versions that others register", () => {
  const directory = mkdtempSync(join(tmpdir(), "file-facts-"));
  let root: string;
  let context: OperationContext;
  let folders = 0;
  beforeEach(async () => {
    await context?.store.close();
    root = join(directory, String(++folders));
    context = await open();
  });
  after(async () => {
    await context.store.close();
    rmSync(directory, { recursive: true });
  });

  const open = async () => ({
    blobs: await LocalBlobStore.open(join(root, "blobs")),
    store: await SqliteMetadataStore.open(join(root, "registry.db")),
    clock: Date,
    artifactRoot: "mlflow-artifacts:",
  });

  /** A version with files at the path, as the rules let a run register its own. Returns its id. */
  const register = (path: string) =>
    context.store.transact(async ({ registeredModels, modelVersions }) => {
      const modelId = await registeredModels.insertRegisteredModel(newModel(path));
      const storageLocation = `mlflow-artifacts:/${path}`;
      const version = newVersion({ id: modelId, name: path }, { source: storageLocation, storageLocation });
      return (await modelVersions.insertModelVersion(version)).id;
    });
  const store = (path: string, text: string) => storeArtifact(context, path, [Buffer.from(text, "latin1")]);
  const read = async () => {
    const failures: unknown[] = [];
    const done = await readUnreadFiles(context, RUNNING, (error) => failures.push(error));
    return { done, failures };
  };
  const factsOf = async (id: number) => {
    const [model] = await context.store.read(({ storedModels }) => storedModels.getStoredModels([id]));
    return model?.facts === undefined ? undefined : JSON.parse(model.facts);
  };

  it("are read once, also after a restart", async () => {
    await store("1/a.pkl", "\x80\x02cos\nsystem\n.");
    const id = await register("1/a.pkl");
    await context.store.close();
    context = await open();
    assert.deepEqual(await read(), { done: 1, failures: [] });
    assert.deepEqual((await factsOf(id)).imports, ["os system"]);
    assert.deepEqual(await read(), { done: 0, failures: [] });
  });

  it("are none where there are no files", async () => {
    const id = await register("1/nothing");
    assert.deepEqual(await read(), { done: 0, failures: [] });
    assert.equal(await factsOf(id), undefined);
  });

  it("go through a folder, to a limit, those at the top first", async () => {
    await store("1/model/deep/deeper/model.onnx", "\x08\x09");
    for (let number = 0; number < 120; number++) await store(`1/model/deep/${number}.txt`, "text");
    await store("1/model/weights.gguf", "GGUF");
    const id = await register("1/model");
    await read();
    const { damaged, ...facts } = await factsOf(id);
    assert.deepEqual(facts, {
      format: "folder",
      files: 122,
      size: 486,
      formats: { "weights.gguf": "gguf" },
      files_not_read: 22,
    });
    assert.match(damaged, /^weights\.gguf: /);
  });

  it("say so where the bytes are damaged", async () => {
    await store("1/a.pkl", "\x80\x02cos\nsystem\n.");
    const id = await register("1/a.pkl");
    const blobs = join(root, "blobs/sha256");
    const [path = ""] = readdirSync(blobs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    writeFileSync(path, "\x80\x02cos\nrename\n.");
    assert.deepEqual(await read(), { done: 1, failures: [] });
    assert.deepEqual(Object.keys(await factsOf(id)), ["format", "damaged"]);
  });

  it("are tried again where the files can't be read now, and hold up no other", async () => {
    await store("1/a.onnx", "\x08\x09");
    const first = await register("1/a.onnx");
    await store("1/b.onnx", "\x08\x0a");
    const second = await register("1/b.onnx");
    const { blobs } = context;
    let away = true;
    const flaky = Object.create(blobs, {
      open: {
        value: (...args: Parameters<typeof blobs.open>) => {
          if (away) {
            away = false;
            throw new Error("The store is away");
          }
          return blobs.open(...args);
        },
      },
    });
    context = { ...context, blobs: flaky };
    const { done, failures } = await read();
    assert.deepEqual([done, failures.length], [1, 1]);
    assert.deepEqual([await factsOf(first), (await factsOf(second)).ir_version], [undefined, 10]);
    assert.equal((await read()).done, 1);
    assert.equal((await factsOf(first)).ir_version, 9);
  });
});
