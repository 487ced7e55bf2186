import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { CoreError, isCoreError } from "../../core/errors.ts";
import { readForm, readTextPart } from "./multipart.ts";
import { collect, fleetingPieces } from "./testkit/pieces.ts";

const TYPE = "multipart/form-data; boundary=frontier";

/** Lines of a body, as text or bytes, with the line breaks of the format. */
function body(...lines: (string | Uint8Array)[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\r\n")]));
}

const FILE = 'Content-Disposition: form-data; name="file"; filename="a.bin"';

async function readAll(contentType: string | undefined, bytes: Uint8Array, cuts: readonly number[] = []) {
  const parts = [];
  for await (const part of readForm(contentType, fleetingPieces(bytes, cuts))) {
    const { bytes: content, ...headers } = part;
    parts.push({ ...headers, content: (await collect(content)).toString("latin1") });
  }
  return parts;
}

async function refusal(contentType: string | undefined, bytes: Uint8Array): Promise<string> {
  const error = await readAll(contentType, bytes).then(
    () => assert.fail("it was read"),
    (reason: unknown) => reason,
  );
  assert.ok(isCoreError(error, "invalidValue"), String(error));
  assert.equal(error.data.field, "body");
  return error.data.reason;
}

describe("forms as fetch sends them", () => {
  it("brings fields and files in their order, whatever their names", async () => {
    const bytes = randomBytes(300_000);
    const form = new FormData();
    form.set("name", "Modèle");
    form.set("file", new Blob([bytes], { type: "application/x-pickle" }), 'ü "a"\r\n%20.pkl');
    form.set("empty", "");
    const request = new Response(form);
    const sent = Buffer.from(await request.clone().arrayBuffer());
    const type = request.headers.get("content-type") ?? undefined;
    const expected = [
      { name: "name", content: Buffer.from("Modèle").toString("latin1") },
      {
        name: "file",
        fileName: 'ü "a"\r\n%20.pkl',
        contentType: "application/x-pickle",
        content: bytes.toString("latin1"),
      },
      { name: "empty", content: "" },
    ];
    assert.deepEqual(await readAll(type, sent), expected);
    assert.deepEqual(await readAll(type, sent, [1, 2, 3, 70, 100_000, 299_999, sent.length - 1]), expected);
  });
});

describe("the parts of a form", () => {
  it("come one after the other, and what is not read of one is skipped", async () => {
    const bytes = body(
      "--frontier",
      FILE,
      "",
      randomBytes(5000),
      "--frontier",
      FILE.replace("a.bin", "b"),
      "",
      "second",
      "--frontier--",
    );
    const names = [];
    for await (const part of readForm(TYPE, fleetingPieces(bytes, [200, 400, 600, 4000]))) {
      names.push(part.fileName);
      for await (const piece of part.bytes) if (piece.length > 0) break;
    }
    assert.deepEqual(names, ["a.bin", "b"]);
  });

  it("give nothing more once the next one was asked for", async () => {
    const bytes = body("--frontier", FILE, "", "first", "--frontier", FILE, "", "second", "--frontier--");
    const form = readForm(TYPE, fleetingPieces(bytes));
    const first = await form.next();
    await form.next();
    assert.equal((await collect(first.value?.bytes ?? assert.fail())).length, 0);
  });

  it("are not read ahead", async () => {
    let asked = 0;
    async function* source() {
      yield body("--frontier", FILE, "");
      for (; ; asked++) yield new Uint8Array(1000);
    }
    for await (const part of readForm(TYPE, source())) {
      for await (const _piece of part.bytes) if (asked === 3) break;
      break;
    }
    assert.equal(asked, 3);
  });

  it("keep what looks like a boundary and is none", async () => {
    const content = "--frontier\r\n-frontier\r\n--frontie\r\n\r\n\r--frontier\n--frontier\r";
    // The first line stands right after the headers' empty line, whose break belongs to them.
    const bytes = body("--frontier", FILE, "", `x${content}`, "--frontier--");
    assert.equal((await readAll(TYPE, bytes))[0]?.content, `x${content}`);
    const cuts = Array.from({ length: bytes.length }, (_, index) => index);
    assert.equal((await readAll(TYPE, bytes, cuts))[0]?.content, `x${content}`);
  });

  it("may stand between a preamble and an epilogue, behind padded boundaries", async () => {
    const bytes = body(
      "This is a form.",
      "--frontier \t",
      FILE,
      "",
      "content",
      "--frontier--",
      "The end",
      "--frontier",
    );
    assert.deepEqual(
      (await readAll(TYPE, bytes)).map(({ content }) => content),
      ["content"],
    );
    assert.deepEqual(await readAll(TYPE, Buffer.from("--frontier--")), []);
  });

  it("have names in every spelling that clients use", async () => {
    const names = async (disposition: string) => {
      const bytes = body("--frontier", `Content-Disposition: form-data; ${disposition}`, "", "", "--frontier--");
      const [part] = await readAll(TYPE, bytes);
      return [part?.name, part?.fileName];
    };
    assert.deepEqual(await names("name=file; filename=model.pkl"), ["file", "model.pkl"]);
    assert.deepEqual(await names("filename=model.pkl ;NAME=file;"), ["file", "model.pkl"]);
    assert.deepEqual(await names('name="a \\"b\\" \\\\c"; filename=""'), ['a "b" \\c', ""]);
    assert.deepEqual(await names('name="f"; filename="C:\\models\\m.pkl"'), ["f", "C:\\models\\m.pkl"]);
    assert.deepEqual(await names("name=f; filename=\"x.pkl\"; filename*=UTF-8''%C3%BC%20.pkl"), ["f", "ü .pkl"]);
  });

  it("are read as text up to a size", async () => {
    const bytes = body("--frontier", 'Content-Disposition: form-data; name="n"', "", "ü".repeat(50), "--frontier--");
    for await (const part of readForm(TYPE, fleetingPieces(bytes, [90]))) {
      assert.equal(await readTextPart(part, 100), "ü".repeat(50));
    }
    for await (const part of readForm(TYPE, fleetingPieces(bytes, [90]))) {
      await assert.rejects(readTextPart(part, 99), (error) => isCoreError(error, "tooLarge"));
    }
    const latin = body(
      "--frontier",
      'Content-Disposition: form-data; name="n"',
      "",
      Buffer.from([0xfc]),
      "--frontier--",
    );
    for await (const part of readForm(TYPE, fleetingPieces(latin))) {
      await assert.rejects(readTextPart(part, 99), (error) => isCoreError(error, "invalidValue"));
    }
  });
});

describe("a broken form", () => {
  const whole = body("--frontier", FILE, "", "content", "--frontier--");

  it("is refused where it ends too early, wherever that is", async () => {
    const lastByte = whole.lastIndexOf("-");
    for (let length = 0; length <= lastByte; length++) {
      assert.match(
        await refusal(TYPE, whole.subarray(0, length)),
        /it ends .* before the closing boundary/,
        `${length}`,
      );
    }
    assert.match(await refusal(TYPE, whole.subarray(0, lastByte - 15)), /within the part 'file'/);
    assert.equal((await readAll(TYPE, whole.subarray(0, lastByte + 1))).length, 1);
  });

  it("says what is wrong with its boundary", async () => {
    assert.match(await refusal(undefined, whole), /not multipart\/form-data/);
    assert.match(await refusal("multipart/mixed; boundary=frontier", whole), /not multipart\/form-data/);
    assert.match(await refusal("multipart/form-data", whole), /names no boundary/);
    assert.match(await refusal("multipart/form-data; boundary=", whole), /1 to 70/);
    assert.match(await refusal(`multipart/form-data; boundary=${"a".repeat(71)}`, whole), /1 to 70/);
    assert.match(await refusal('multipart/form-data; boundary="a\r\nb"', whole), /1 to 70/);
    assert.match(await refusal("multipart/form-data; boundary=other", whole), /ends before its first part/);
    const long = body("--frontier", FILE, "", randomBytes(50_000), "--frontier--");
    assert.match(await refusal("multipart/form-data; boundary=other", long), /does not begin with the boundary/);
    assert.match(await refusal("multipart/form-data; boundary=a; boundary=b", whole), /'boundary' twice/);
    assert.match(await refusal("multipart/form-data; boundary", whole), /can't be understood/);
    assert.match(await refusal("multipart/form-data; boundary=front", whole), /goes on with something else/);
  });

  it("says what is wrong with the headers of a part", async () => {
    const withHeaders = (...lines: (string | Uint8Array)[]) => body("--frontier", ...lines, "", "x", "--frontier--");
    const cases: [Buffer, RegExp][] = [
      [withHeaders(), /no header Content-Disposition/],
      [withHeaders("Content-Type: text/plain"), /no header Content-Disposition/],
      [withHeaders("Content-Disposition form-data"), /a line that is no header/],
      [withHeaders(FILE, " folded"), /a line that is no header/],
      [withHeaders("Content-Disposition: attachment; name=a"), /is not form-data/],
      [withHeaders("Content-Disposition: form-data"), /has no name/],
      [withHeaders('Content-Disposition: form-data; name="a'), /can't be understood after/],
      [withHeaders("Content-Disposition: form-data; name=a; filename*=latin1''a"), /RFC 8187/],
      [withHeaders("Content-Disposition: form-data; name=a; filename*=utf-8''%ff"), /RFC 8187/],
      [withHeaders(FILE, FILE), /Content-Disposition twice/],
      [withHeaders(FILE, "Content-Transfer-Encoding: base64"), /transfer encoding 'base64'/],
      [withHeaders(Buffer.from([0x61, 0x3a, 0xff])), /not UTF-8/],
      [withHeaders(FILE, `X: ${"x".repeat(20_000)}`), /too many headers/],
      [withHeaders(FILE, ...Array.from({ length: 2000 }, (_, index) => `X-${index}: y`)), /too many headers/],
    ];
    for (const [bytes, reason] of cases) assert.match(await refusal(TYPE, bytes), reason);
  });

  it("is refused where it has too many parts", async () => {
    const parts = Array.from({ length: 3 }, () => ["--frontier", FILE, "", "x"]).flat();
    const form = readForm(TYPE, fleetingPieces(body(...parts, "--frontier--")), { parts: 2, headerBytes: 1000 });
    await assert.rejects(
      async () => {
        for await (const part of form) await collect(part.bytes);
      },
      (error) => isCoreError(error, "tooLarge"),
    );
  });

  it("passes on what the body itself fails with", async () => {
    async function* failing() {
      yield whole.subarray(0, 80);
      throw new Error("the client went away");
    }
    await assert.rejects(
      async () => {
        for await (const part of readForm(TYPE, failing())) await collect(part.bytes);
      },
      { message: "the client went away" },
    );
  });
});

describe("any form", () => {
  const piece = fc.constantFrom("\r", "\n", "\r\n", "-", "--", "frontier", "\r\n--frontie", "x", "\0", "\xff");
  const content = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));

  it("is read the same however it is cut", async () => {
    const contents = fc.array(
      content.filter((text) => !`\r\n${text}\r\n`.includes("\r\n--frontier")),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(contents, fc.array(fc.nat(500), { maxLength: 30 }), async (texts, cuts) => {
        const parts = texts.flatMap((text) => ["--frontier", FILE, "", Buffer.from(text, "latin1")]);
        const read = await readAll(TYPE, body(...parts, "--frontier--"), cuts);
        assert.deepEqual(
          read.map((part) => part.content),
          texts,
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is read or refused, whatever is changed in it", async () => {
    const whole = body(
      "--frontier",
      FILE,
      "",
      "content",
      "--frontier",
      FILE,
      "Content-Type: a/b",
      "",
      "more",
      "--frontier--",
    );
    const mutation = fc.record({ at: fc.nat(whole.length), remove: fc.nat(30), insert: content });
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.nat(300), async (mutations, cut) => {
        let bytes = whole;
        for (const { at, remove, insert } of mutations) {
          const place = Math.min(at, bytes.length);
          bytes = Buffer.concat([
            bytes.subarray(0, place),
            Buffer.from(insert, "latin1"),
            bytes.subarray(place + remove),
          ]);
        }
        await readAll(TYPE, bytes, [cut]).catch((error: unknown) =>
          assert.ok(error instanceof CoreError, String(error)),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
