import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { archiveFiles, exampleContents } from "../testkit/archive-files.ts";
import { collect } from "../testkit/pieces.ts";
import { readAhead } from "./read-ahead.ts";
import { writeTar } from "./tar-writer.ts";
import { writeZip } from "./zip-writer.ts";

describe("reading ahead", () => {
  it("makes the same archives, and the same parts of them", async () => {
    const files = archiveFiles(exampleContents());
    const tar = await collect(writeTar(files));
    assert.deepEqual(await collect(writeTar(readAhead(files))), tar);
    assert.deepEqual(await collect(writeZip(readAhead(files))), await collect(writeZip(files)));
    for (const [start, end] of [
      [1, 600],
      [1000, 5000],
      [tar.length - 4000, tar.length],
    ] as const) {
      assert.deepEqual(await collect(writeTar(readAhead(files), { start, end })), tar.subarray(start, end));
    }
  });

  it("fetches each small file once, and a few at a time", async () => {
    const opened: string[] = [];
    const contents = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`f${index}`, randomBytes(100)]));
    const files = archiveFiles({ ...contents, large: randomBytes(300_000) }).map((file) => ({
      ...file,
      open: (range: { start: number; end: number }) => {
        opened.push(file.path);
        return file.open(range);
      },
    }));
    const ahead = readAhead(files);
    await collect((await ahead[0]?.open({ start: 0, end: 100 })) ?? assert.fail());
    assert.deepEqual(opened, ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7"]);
    opened.length = 0;
    await collect(writeTar(readAhead(files)));
    assert.deepEqual(
      opened,
      files.map(({ path }) => path),
    );
  });

  it("fails where a file does, when its turn comes, and not where nobody asks for it", async () => {
    const files = archiveFiles({ a: randomBytes(10), b: randomBytes(10), c: randomBytes(10) });
    const broken = files.map((file) =>
      file.path === "b" ? { ...file, open: () => Promise.reject(new Error("gone")) } : file,
    );
    await assert.rejects(collect(writeTar(readAhead(broken))), { message: "gone" });
    const untilFirst = { start: 0, end: 600 };
    assert.equal((await collect(writeTar(readAhead(broken), untilFirst))).length, 600);
  });
});
