import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import type { ArtifactEntry, ArtifactFile } from "../../core/model/artifacts.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";

/** What every store of the artifact tree must do. `open` gives an empty store. */
export function testArtifacts(name: string, open: () => Promise<MetadataStore>): void {
  describe(`artifacts: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());
    beforeEach(() => deleteAll(store));

    it("makes the directories of a file, and replaces it", async () => {
      await put(store, file("1/run/artifacts/model/MLmodel", "a", 5));
      await put(store, file("1/run/artifacts/model/MLmodel", "b", 2 ** 40));
      const nodes = await store.read(({ artifacts }) =>
        artifacts.getArtifactNodes([
          "",
          "1",
          "1/run/artifacts/model",
          "1/run/artifacts/model/MLmodel",
          "1/ru",
          "model",
        ]),
      );
      assert.deepEqual(Object.fromEntries(nodes), {
        "": "directory",
        "1": "directory",
        "1/run/artifacts/model": "directory",
        "1/run/artifacts/model/MLmodel": file("1/run/artifacts/model/MLmodel", "b", 2 ** 40),
      });
    });

    it("sums up all files below directories", async () => {
      for (const path of ["d/a", "d/b/c", "d/b/e/f", "d0", "d-/x", "one/deep/file"])
        await put(store, file(path, path, 3));
      const summaries = await store.read(({ artifacts }) =>
        artifacts.summarizeDirectories(["d", "d/b", "one", "one/deep/file", "nothing"]),
      );
      const single = file("one/deep/file", "one/deep/file", 3);
      assert.deepEqual(Object.fromEntries(summaries), {
        d: { files: 3, size: 9 },
        "d/b": { files: 2, size: 6 },
        one: { files: 1, size: 3, single },
      });
    });

    it("lists one directory by code points", async () => {
      const names = ["Z", "a", "a b", "a%", "a_", "é", "z", "日本", "😀"];
      for (const each of names) await put(store, file(`d/${each}`, "a", 1));
      await put(store, file("d/b/deeper", "a", 1));
      await put(store, file("d2/other", "a", 1));
      assert.deepEqual(
        (await list(store, "d")).map((entry) => entry.name),
        ["Z", "a", "a b", "a%", "a_", "b", "z", "é", "日本", "😀"],
      );
      assert.deepEqual(await list(store, ""), [
        { name: "d", directory: true },
        { name: "d2", directory: true },
      ]);
      assert.deepEqual(await list(store, "d2"), [{ name: "other", directory: false, size: 1 }]);
      assert.deepEqual(await list(store, "d2/other"), []);
      assert.deepEqual(await list(store, "missing"), []);
    });

    it("lists all files below a directory by path, up to a limit", async () => {
      const paths = ["d/Z", "d/a b/c", "d/a/x", "d/a-b", "d/b/deep/er", "d/é", "d/😀", "d2/other", "e", "c/d/a"];
      for (const path of paths) await put(store, file(path, "a", 7));
      const below = (directory: string, limit = 100) =>
        store.read(({ artifacts }) => artifacts.listArtifactFiles(directory, limit));
      assert.deepEqual(
        (await below("d")).map(({ path }) => path),
        ["d/Z", "d/a b/c", "d/a-b", "d/a/x", "d/b/deep/er", "d/é", "d/😀"],
      );
      assert.deepEqual(await below("d", 1), [file("d/Z", "a", 7)]);
      assert.deepEqual(await below("d/b"), [file("d/b/deep/er", "a", 7)]);
      assert.deepEqual(await below("d/Z"), []);
      assert.deepEqual(await below("missing"), []);
    });

    it("knows which digests are referred to", async () => {
      await put(store, file("one", "a", 1));
      await put(store, file("two", "a", 1));
      await put(store, file("three", "b", 1));
      await put(store, file("three", "c", 1));
      const digests = ["a", "b", "c", "d"].map((letter) => letter.repeat(64));
      const referenced = await store.read(({ artifacts }) => artifacts.getReferencedDigests(digests));
      assert.deepEqual([...referenced].sort(), ["a".repeat(64), "c".repeat(64)]);
    });

    it("pages through the blobs that are referred to, and knows who refers to one", async () => {
      for (const [path, letter] of [
        ["one", "a"],
        ["two", "a"],
        ["in/three", "b"],
        ["four", "c"],
      ] as const) {
        await put(store, file(path, letter, 2 ** 40));
      }
      const page = (after: string) => store.read(({ artifacts }) => artifacts.getReferencedBlobs(after, 2));
      const blob = (letter: string) => ({ digest: letter.repeat(64), size: 2 ** 40 });
      assert.deepEqual(await page(""), [blob("a"), blob("b")]);
      assert.deepEqual(await page("b".repeat(64)), [blob("c")]);
      const paths = (letter: string, limit: number) =>
        store.read(({ artifacts }) => artifacts.getPathsOfBlob(letter.repeat(64), limit));
      assert.deepEqual(await paths("a", 10), ["one", "two"]);
      assert.deepEqual(await paths("a", 1), ["one"]);
      assert.deepEqual(await paths("b", 1), ["in/three"]);
      assert.deepEqual(await paths("d", 1), []);
    });

    it("deletes a directory and what is below it, whatever its neighbours are called", async () => {
      const neighbours = [
        "mode",
        "model-2",
        "model.x",
        "model0",
        "model2/a",
        "model !",
        "modelz",
        "%",
        "_odel/b",
        "MODEL/c",
      ];
      for (const path of neighbours) await put(store, file(`r/${path}`, "a", 1));
      await put(store, file("r/model/a", "a", 1));
      await put(store, file("r/model/data/b", "b", 1));
      const removed = await store.transact(({ artifacts }) => artifacts.deleteArtifacts("r/model", 100));
      assert.deepEqual(removed.files.toSorted(byPath), [
        { path: "r/model/a", digest: "a".repeat(64) },
        { path: "r/model/data/b", digest: "b".repeat(64) },
      ]);
      assert.equal(removed.done, true);
      assert.deepEqual((await allFiles(store)).sort(), neighbours.map((path) => `r/${path}`).sort());
    });

    it("deletes one file and leaves its directory", async () => {
      await put(store, file("r/a", "a", 1));
      const removed = await store.transact(({ artifacts }) => artifacts.deleteArtifacts("r/a", 1));
      assert.deepEqual(removed, { files: [{ path: "r/a", digest: "a".repeat(64) }], done: true });
      assert.deepEqual(await list(store, ""), [{ name: "r", directory: true }]);
      const again = await store.transact(({ artifacts }) => artifacts.deleteArtifacts("r/a", 1));
      assert.deepEqual(again, { files: [], done: true });
    });

    it("deletes a large directory in steps, never leaving a file without its directory", async () => {
      for (let index = 0; index < 10; index++) await put(store, file(`big/${index % 3}/${index}`, "a", 1));
      const removed: string[] = [];
      for (let done = false; !done; ) {
        const step = await store.transact(({ artifacts }) => artifacts.deleteArtifacts("big", 3));
        assert.ok(step.files.length <= 3);
        removed.push(...step.files.map(({ path }) => path));
        done = step.done;
        const reachable = await allFiles(store);
        assert.equal(reachable.length + removed.length, 10);
      }
      assert.deepEqual(await list(store, ""), []);
    });

    it("takes names with every character that matters to SQL", async () => {
      const names = ["it's", 'a "b"', "back`tick", "per%cent", "under_score", "ques?tion", "semi;colon", "{a,b}", "--"];
      for (const each of names) await put(store, file(`q/${each}/x`, "a", 1));
      for (const each of names) {
        const { files } = await store.transact(({ artifacts }) => artifacts.deleteArtifacts(`q/${each}`, 10));
        assert.deepEqual(
          files.map(({ path }) => path),
          [`q/${each}/x`],
        );
      }
      assert.deepEqual(await list(store, "q"), []);
    });
  });
}

function file(path: string, letter: string, size: number): ArtifactFile {
  return { path, digest: letter.repeat(64), size, lastUpdateTime: 1_700_000_000_000 };
}

function put(store: MetadataStore, artifact: ArtifactFile): Promise<void> {
  return store.transact(({ artifacts }) => artifacts.putArtifactFile(artifact));
}

function list(store: MetadataStore, path: string): Promise<ArtifactEntry[]> {
  return store.read(({ artifacts }) => artifacts.listArtifactDirectory(path));
}

/** The files that a walk from the root reaches. */
async function allFiles(store: MetadataStore, directory = ""): Promise<string[]> {
  const entries = await list(store, directory);
  const below = entries.map(async (entry) => {
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    return entry.directory ? allFiles(store, path) : [path];
  });
  return (await Promise.all(below)).flat();
}

async function deleteAll(store: MetadataStore): Promise<void> {
  for (const { name } of await list(store, "")) {
    await store.transact(({ artifacts }) => artifacts.deleteArtifacts(name, 1000));
  }
}

function byPath(left: { path: string }, right: { path: string }): number {
  return left.path < right.path ? -1 : 1;
}
