import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { archiveFiles, assertFailsWithItsFile, exampleContents } from "../testkit/archive-files.ts";
import { collect } from "../testkit/pieces.ts";
import type { ArchiveFile } from "./sections.ts";
import { writeZip, zipSize } from "./zip-writer.ts";

const directory = mkdtempSync(join(tmpdir(), "zip-"));
after(() => rmSync(directory, { recursive: true }));

function has(program: string): boolean {
  try {
    execFileSync(program, ["-v"]);
    return true;
  } catch {
    return false;
  }
}

/** Looks at every checksum, then prints name, size, time and content of every member that Python finds, as JSON. */
const PYTHON = `
import base64, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    assert zip.testzip() is None
    print(json.dumps([[m.filename, m.file_size, m.date_time, base64.b64encode(zip.read(m)).decode()] for m in zip.infolist()]))
`;

async function save(name: string, files: ArchiveFile[]): Promise<string> {
  const path = join(directory, name);
  writeFileSync(path, await collect(writeZip(files)));
  return path;
}

const MEBIBYTE = new Uint8Array(1024 ** 2);

/** A file of zeros. */
function zeros(path: string, size: number): ArchiveFile {
  async function* pieces() {
    for (let left = size; left > 0; left -= MEBIBYTE.length) yield MEBIBYTE.subarray(0, left);
  }
  return { path, size, lastUpdateTime: 0, open: async () => pieces() };
}

/** Leaves holes where the zeros are, which take no room on the disk. */
async function saveSparsely(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, "w");
  let position = 0;
  for await (const piece of pieces) {
    if (piece.buffer !== MEBIBYTE.buffer) await file.write(piece, 0, piece.length, position);
    position += piece.length;
  }
  await file.truncate(position);
  await file.close();
}

describe("a zip archive", () => {
  const contents = exampleContents();
  const files = archiveFiles(contents);

  it("is read by Python with the same names, sizes, times and bytes", async () => {
    const listing = execFileSync("python3", ["-c", PYTHON, await save("python.zip", files)], { encoding: "utf8" });
    const expected = Object.entries(contents).map(([path, bytes]) => [
      path,
      bytes.length,
      [2024, 2, 29, 13, 5, 6],
      Buffer.from(bytes).toString("base64"),
    ]);
    assert.deepEqual(JSON.parse(listing), expected);
  });

  it("unpacks with unzip to the same files", { skip: !has("unzip") }, async () => {
    const archive = await save("files.zip", files);
    const folder = mkdtempSync(join(directory, "unpacked-"));
    execFileSync("unzip", ["-q", archive, "-d", folder], { env: { ...process.env, LC_ALL: "C.UTF-8" } });
    for (const [path, bytes] of Object.entries(contents)) {
      assert.deepEqual(readFileSync(join(folder, path)), Buffer.from(bytes), path);
      assert.equal(statSync(join(folder, path)).mtimeMs, Date.UTC(2024, 1, 29, 13, 5, 7));
    }
  });

  it("has the size that is said before, and the same bytes each time", async () => {
    const bytes = await collect(writeZip(files));
    assert.equal(bytes.length, zipSize(files));
    assert.deepEqual(await collect(writeZip(files)), bytes);
  });

  it("may be empty", async () => {
    assert.equal(execFileSync("python3", ["-c", PYTHON, await save("empty.zip", [])], { encoding: "utf8" }), "[]\n");
    assert.equal(zipSize([]), 22);
  });

  it("holds more files than 16 bits count", async () => {
    const many = archiveFiles(
      Object.fromEntries(Array.from({ length: 65_536 }, (_, index) => [`f${index}`, new Uint8Array(0)])),
    );
    const archive = await save("many.zip", many);
    assert.equal(statSync(archive).size, zipSize(many));
    const count = "import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).namelist()))";
    assert.equal(execFileSync("python3", ["-c", count, archive], { encoding: "utf8" }), "65536\n");
  });

  it("holds files and places beyond 32 bits", async () => {
    const large = 4 * 1024 ** 3 + 5;
    const [last] = archiveFiles({ "last.txt": Buffer.from("the end") });
    assert.ok(last);
    const sparse = [zeros("large.bin", large), last];
    const archive = join(directory, "large.zip");
    await saveSparsely(archive, writeZip(sparse));
    assert.equal(statSync(archive).size, zipSize(sparse));
    const print = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as zip:
    print([(m.filename, m.file_size) for m in zip.infolist()], zip.read("last.txt"), zip.open("large.bin").read(3))
`;
    const expected = `[('large.bin', ${large}), ('last.txt', 7)] b'the end' b'\\x00\\x00\\x00'\n`;
    assert.equal(execFileSync("python3", ["-c", print, archive], { encoding: "utf8" }), expected);
    if (has("unzip")) assert.equal(execFileSync("unzip", ["-p", archive, "last.txt"], { encoding: "utf8" }), "the end");
  });

  it("fails where a file does, or has another size than it said", async () => {
    const [file] = files;
    assert.ok(file);
    const withBytes = (open: ArchiveFile["open"]) => collect(writeZip([{ ...file, open }]));
    await assertFailsWithItsFile(withBytes);
  });
});
