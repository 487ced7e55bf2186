import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { archiveFiles, assertFailsWithItsFile, exampleContents } from "../testkit/archive-files.ts";
import { collect } from "../testkit/pieces.ts";
import type { ArchiveFile } from "./sections.ts";
import { tarSize, writeTar } from "./tar-writer.ts";

const directory = mkdtempSync(join(tmpdir(), "tar-"));
after(() => rmSync(directory, { recursive: true }));

/** Prints name, size, time, type and content of every member that Python finds, as JSON. */
const PYTHON = `
import base64, json, sys, tarfile
with tarfile.open(sys.argv[1]) as tar:
    print(json.dumps([[m.name, m.size, m.mtime, m.isreg(), base64.b64encode(tar.extractfile(m).read()).decode()] for m in tar]))
`;

async function save(name: string, files: ArchiveFile[]): Promise<string> {
  const path = join(directory, name);
  writeFileSync(path, await collect(writeTar(files)));
  return path;
}

describe("a tar archive", () => {
  const contents = exampleContents();
  const files = archiveFiles(contents);

  it("unpacks with tar to the same files", async () => {
    const archive = await save("files.tar", files);
    const folder = mkdtempSync(join(directory, "unpacked-"));
    execFileSync("tar", ["-xf", archive, "-C", folder]);
    for (const [path, bytes] of Object.entries(contents)) {
      assert.deepEqual(readFileSync(join(folder, path)), Buffer.from(bytes), path);
      assert.equal(statSync(join(folder, path)).mtimeMs, Date.UTC(2024, 1, 29, 13, 5, 7));
    }
  });

  it("is read by Python with the same names, sizes, times and bytes", async () => {
    const listing = execFileSync("python3", ["-c", PYTHON, await save("python.tar", files)], { encoding: "utf8" });
    const expected = Object.entries(contents).map(([path, bytes]) => [
      path,
      bytes.length,
      Date.UTC(2024, 1, 29, 13, 5, 7) / 1000,
      true,
      Buffer.from(bytes).toString("base64"),
    ]);
    assert.deepEqual(JSON.parse(listing), expected);
  });

  it("has the size that is said before, and the same bytes each time", async () => {
    const bytes = await collect(writeTar(files));
    assert.equal(bytes.length, tarSize(files));
    assert.deepEqual(await collect(writeTar(files)), bytes);
  });

  it("may be empty", async () => {
    assert.equal(execFileSync("tar", ["-tf", await save("empty.tar", [])], { encoding: "utf8" }), "");
    assert.equal(tarSize([]), 1024);
  });

  it("is given in any part, and opens no file outside of it", async () => {
    const bytes = await collect(writeTar(files));
    const range = fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
    await fc.assert(
      fc.asyncProperty(range, async ([start = 0, end = 0]) => {
        assert.deepEqual(await collect(writeTar(files, { start, end })), bytes.subarray(start, end));
      }),
      { numRuns: 200 },
    );
    const unreachable = files.map((file) => ({ ...file, open: () => Promise.reject(new Error("opened")) }));
    assert.deepEqual(await collect(writeTar(unreachable, { start: 0, end: 512 })), bytes.subarray(0, 512));
  });

  it("fails where a file does, or has another size than it said", async () => {
    const [file] = files;
    assert.ok(file);
    async function* breaking() {
      yield Buffer.from("fl");
      throw new Error("the disk broke");
    }
    const withBytes = (open: ArchiveFile["open"]) => collect(writeTar([{ ...file, open }]));
    await assert.rejects(
      withBytes(async () => breaking()),
      { message: "the disk broke" },
    );
    await assertFailsWithItsFile(withBytes);
  });

  it("ends the reading of a file where its reader stops", async () => {
    let ended = false;
    async function* source() {
      try {
        for (;;) yield new Uint8Array(100_000);
      } finally {
        ended = true;
      }
    }
    const endless = { path: "endless", size: 1e12, lastUpdateTime: 0, open: async () => source() };
    for await (const piece of writeTar([endless])) if (piece.length > 1024) break;
    assert.ok(ended);
  });

  it("holds files of any size", async () => {
    const sizes = [8 * 1024 ** 3 - 1, 8 * 1024 ** 3, 5 * 1024 ** 4];
    const sparse = sizes.map((size) => ({
      path: `${size}.bin`,
      size,
      lastUpdateTime: 0,
      open: async () => [] as never,
    }));
    let position = 0;
    for (const file of sparse) {
      const headers = await collect(
        writeTar(sparse, { start: position, end: position + tarSize([file]) - roundUp(file.size) - 1024 }),
      );
      const path = join(directory, file.path);
      writeFileSync(path, headers);
      const print =
        "import sys, tarfile; m = tarfile.open(sys.argv[1], ignore_zeros=True).firstmember; print(m.name, m.size)";
      assert.equal(execFileSync("python3", ["-c", print, path], { encoding: "utf8" }), `${file.path} ${file.size}\n`);
      position += tarSize([file]) - 1024;
    }
    assert.equal(tarSize(sparse), position + 1024);
  });
});

function roundUp(size: number): number {
  return Math.ceil(size / 512) * 512;
}
