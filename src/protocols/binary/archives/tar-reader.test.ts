import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { CoreError, isCoreError } from "../../../core/errors.ts";
import { archiveFiles, type Contents, exampleContents } from "../testkit/archive-files.ts";
import { collect, fleetingPieces } from "../testkit/pieces.ts";
import { gunzip } from "./gunzip.ts";
import { readTar } from "./tar-reader.ts";
import { writeTar } from "./tar-writer.ts";

const directory = mkdtempSync(join(tmpdir(), "tar-"));
after(() => rmSync(directory, { recursive: true }));

async function readAll(archive: Uint8Array, cuts: readonly number[] = []): Promise<Record<string, Buffer>> {
  const contents: Record<string, Buffer> = {};
  for await (const { path, size, bytes } of readTar(fleetingPieces(archive, cuts))) {
    const content = await collect(bytes);
    assert.equal(content.length, size);
    contents[path] = content;
  }
  return contents;
}

function toBuffers(contents: Contents): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(contents).map(([path, bytes]) => [path, Buffer.from(bytes)]));
}

async function refusal(archive: Uint8Array): Promise<string> {
  const error = await readAll(archive).then(
    () => assert.fail("it was read"),
    (reason: unknown) => reason,
  );
  assert.ok(isCoreError(error, "invalidValue"), String(error));
  assert.equal(error.data.field, "body");
  return error.data.reason;
}

/** One archive that Python makes for each script, which adds to `tar` by `add(name, data, **attributes)`. */
function pythonTars(scripts: readonly string[], format = "PAX"): Buffer[] {
  const program = `
import io, json, sys, tarfile
for index, script in enumerate(json.load(sys.stdin)):
    with tarfile.open(f"{sys.argv[1]}/{index}.tar", "w", format=tarfile.${format}_FORMAT) as tar:
        def add(name, data=b"content", **attributes):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            for key, value in attributes.items():
                setattr(member, key, value)
            tar.addfile(member, io.BytesIO(data))
        def add_global(headers):
            tar.fileobj.write(tarfile.TarInfo.create_pax_global_header(headers))
        exec(script)
`;
  const folder = mkdtempSync(join(directory, "python-"));
  execFileSync("python3", ["-c", program, folder], { input: JSON.stringify(scripts) });
  return scripts.map((_script, index) => readFileSync(join(folder, `${index}.tar`)));
}

function pythonTar(script: string, format?: string): Buffer {
  return pythonTars([script], format)[0] ?? assert.fail();
}

describe("a tar archive that others made", () => {
  const contents = exampleContents();
  const folder = mkdtempSync(join(directory, "folder-"));
  for (const [path, bytes] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const tar = (...options: string[]) => execFileSync("tar", ["-c", ...options], { maxBuffer: 10_000_000 });

  it("is read in every format that tar writes", async () => {
    for (const format of ["gnu", "oldgnu", "pax", "posix"]) {
      assert.deepEqual(await readAll(tar(`--format=${format}`, "-C", folder, ".")), toBuffers(contents), format);
    }
    const short = {
      MLmodel: contents.MLmodel ?? assert.fail(),
      "data/large.bin": contents["data/large.bin"] ?? assert.fail(),
    };
    for (const format of ["ustar", "v7"]) {
      const archive = tar(`--format=${format}`, "-C", folder, "MLmodel", "data/large.bin");
      assert.deepEqual(await readAll(archive), toBuffers(short), format);
    }
  });

  it("is read from Python in both formats", async () => {
    const script =
      'for path in ["a", "ü/" + "x" * 150 + "/" + "ü" * 100, "d/" * 60 + "name"]: add(path, path.encode())';
    for (const format of ["PAX", "GNU"]) {
      const read = await readAll(pythonTar(script, format));
      assert.equal(Object.keys(read).length, 3);
      for (const [path, bytes] of Object.entries(read)) assert.equal(bytes.toString(), path);
    }
  });

  it("may have attributes and comments, as those of macOS and git", async () => {
    const archive = pythonTar(
      'add_global({"comment": "a commit"}); add("._MLmodel", b"\\0\\x05"); ' +
        'add("MLmodel", pax_headers={"LIBARCHIVE.xattr.com.apple.provenance": "AQIA", "mtime": "1.5"})',
    );
    assert.deepEqual(Object.keys(await readAll(archive)), ["._MLmodel", "MLmodel"]);
  });

  it("may be compressed with gzip", async () => {
    const archive = gzipSync(tar("-C", folder, "."));
    const read: Record<string, Buffer> = {};
    for await (const { path, bytes } of readTar(gunzip(fleetingPieces(archive, [10, 1000, 100_000])))) {
      read[path] = await collect(bytes);
    }
    assert.deepEqual(read, toBuffers(contents));
  });

  it("is read the same however it is cut, and files that nobody reads are skipped", async () => {
    const archive = await collect(writeTar(archiveFiles(contents)));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(archive.length), { maxLength: 50 }), async (cuts) => {
        assert.deepEqual(await readAll(archive, cuts), toBuffers(contents));
        const paths = [];
        for await (const entry of readTar(fleetingPieces(archive, cuts))) {
          paths.push(entry.path);
          for await (const piece of entry.bytes) if (piece.length > 3) break;
        }
        assert.deepEqual(paths, Object.keys(contents));
      }),
      { numRuns: 100 },
    );
  });
});

describe("a tar archive that can't be kept", () => {
  it("is refused with the name of the entry", async () => {
    const cases: [string, RegExp][] = [
      ['add("/etc/passwd")', /'\/etc\/passwd' can't be kept.* starts with '\/'/],
      ['add("a/../../b")', /'a\/\.\.\/\.\.\/b' can't be kept.*segment '\.\.'/],
      ['add("..")', /segment '\.\.'/],
      ['add("a//b")', /empty segment/],
      ['add("a\\\\b")', /backslash/],
      ['add("C:/windows")', /place on a machine/],
      ['add("a%2e%2e")', /percent-encoded/],
      ['add("a\\nb")', /control characters/],
      ['add("")', /it is empty/],
      ['add("x" * 256)', /longer than 255 bytes/],
      ['add("d/" * 101 + "x")', /deeper than 100/],
      ['add("l", type=tarfile.SYMTYPE, linkname="a")', /'l' is a symbolic link/],
      ['add("a"); add("l", b"", type=tarfile.LNKTYPE, linkname="a" * 200)', /'l' is a hard link/],
      ['add("d", type=tarfile.CHRTYPE)', /'d' is a device/],
      ['add("p", type=tarfile.FIFOTYPE)', /'p' is a named pipe/],
      ['add("s", type=b"S")', /'s' is a sparse file/],
      ['add("m", type=b"M")', /'m' is of an unknown kind/],
      ['add("s", pax_headers={"GNU.sparse.major": "1"})', /a sparse file/],
      ['add_global({"path": "everything"}); add("a")', /one path or size for all/],
      ['add("a"); add("./a")', /the file 'a' twice/],
      ['add("a"); add("a/b")', /'a' is both a file and a directory/],
      ['add("a/b"); add("a")', /'a' is both a file and a directory/],
      ['add("a"); add("a/", b"", type=tarfile.DIRTYPE)', /'a' is both a file and a directory/],
      ['add("a/", b"", type=tarfile.DIRTYPE); add("a")', /'a' is both a file and a directory/],
      ['add("d", b"", type=tarfile.DIRTYPE)', /holds no file/],
      ['add("../d", b"", type=tarfile.DIRTYPE)', /'\.\.\/d' can't be kept/],
      ["pass", /holds no file/],
    ];
    const archives = pythonTars(cases.map(([script]) => script));
    for (const [index, [script, reason]] of cases.entries()) {
      assert.match(await refusal(archives[index] ?? assert.fail()).catch(String), reason, script);
    }
    assert.match(await refusal(pythonTar('add("\\udcff")', "GNU")), /is not UTF-8/);
  });

  it("is refused where a link lies in a folder that tar packs", async () => {
    const folder = mkdtempSync(join(directory, "links-"));
    symlinkSync("/etc/passwd", join(folder, "weights.bin"));
    assert.match(await refusal(execFileSync("tar", ["-c", "-C", folder, "."])), /'\.\/weights.bin' is a symbolic link/);
  });

  it("is refused where it ends too early, wherever that is", async () => {
    const archive = await collect(
      writeTar(archiveFiles({ MLmodel: Buffer.alloc(700, 1), ["ü".repeat(80)]: Buffer.alloc(3) })),
    );
    const lastBlock = archive.length - 512;
    for (let length = 0; length < lastBlock; length += 13) {
      assert.match(await refusal(archive.subarray(0, length)), /breaks off .*Send the whole archive/, `${length}`);
    }
    assert.match(await refusal(archive.subarray(0, 1000)), /within the entry 'MLmodel'/);
  });

  it("is refused where it is none", async () => {
    assert.match(await refusal(Buffer.alloc(2000, "PK")), /damaged, or it is no tar/);
    assert.match(await refusal(gzipSync(Buffer.alloc(100_000, 7), { level: 0 })), /damaged, or it is no tar/);
  });

  it("is refused where it has too many files and directories", async () => {
    const read = async (entries: number) => {
      const archive = await collect(writeTar(archiveFiles({ "a/b/c": Buffer.alloc(1), d: Buffer.alloc(1) })));
      for await (const entry of readTar(fleetingPieces(archive), { entries })) await collect(entry.bytes);
    };
    await read(4);
    await assert.rejects(read(3), (error) => isCoreError(error, "tooLarge"));
  });

  it("is refused where a header is endless", async () => {
    assert.match(await refusal(pythonTar('add("x", b"a" * 2000000, type=b"L")')), /a header in it is too long/);
  });

  it("is read or refused, whatever is changed in it", async () => {
    const archive = await collect(
      writeTar(archiveFiles({ MLmodel: Buffer.alloc(700, 1), ["ü".repeat(80)]: Buffer.alloc(3) })),
    );
    const sum = (block: Buffer) =>
      block.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    const change = fc.record({ at: fc.nat(archive.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), fc.boolean(), async (changes, summed) => {
        const changed = Buffer.from(archive);
        for (const { at, byte } of changes) {
          changed[at] = byte;
          const block = changed.subarray(at - (at % 512), at - (at % 512) + 512);
          // With a right checksum, the change itself is looked at.
          if (summed) block.write(`${sum(block).toString(8).padStart(6, "0")}\0 `, 148);
        }
        await readAll(changed).catch((error: unknown) => assert.ok(error instanceof CoreError, String(error)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("gzip", () => {
  const read = (bytes: Uint8Array) => collect(gunzip(fleetingPieces(bytes, [100, 5000])));

  it("is refused where it breaks off, or is none", async () => {
    const whole = gzipSync(Buffer.from("content".repeat(1000)));
    for (let length = 1; length < whole.length; length += 7) {
      await assert.rejects(read(whole.subarray(0, length)), (error) => isCoreError(error, "invalidValue"), `${length}`);
    }
    await assert.rejects(read(Buffer.from("plain")), (error) => isCoreError(error, "invalidValue"));
  });

  it("passes on what its source fails with", async () => {
    async function* failing() {
      yield gzipSync(Buffer.from("content")).subarray(0, 15);
      throw new Error("the client went away");
    }
    await assert.rejects(collect(gunzip(failing())), { message: "the client went away" });
  });

  it("is refused where little becomes too much", async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    await assert.rejects(
      async () => {
        for await (const _piece of gunzip(fleetingPieces(bomb)));
      },
      (error) => isCoreError(error, "tooLarge"),
    );
  });

  it("may be left before its end", async () => {
    const bytes = gzipSync(Buffer.alloc(1_000_000, "content"));
    for await (const _piece of gunzip(fleetingPieces(bytes, [100]))) break;
  });
});
