import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { factsTools } from "../../stores/formats/facts-tools.ts";
import { MOST_BYTES_OF_FACTS } from "./facts.ts";
import { readFileFacts } from "./file-facts.ts";
import { bytesOf, fileOf, u32, u64 } from "./testkit/files.ts";
import { realFile, realFileNames } from "./testkit/real-files.ts";
import { zipOf } from "./testkit/zip.ts";

const SIGNATURES = [
  "GGUF",
  "PK\x03\x04",
  "\x93NUMPY\x01\0",
  "\x80\x04",
  "\x08\x07\x12\x02ab",
  "\x1f\x8b\x08",
  "TFL3",
  '{"learner":',
  "(",
  "",
];
const NAMES = ["a.pkl", "a.onnx", "a.safetensors", "MLmodel", "saved_model.pb", "a.mlmodel", "a"];

const wholeFiles: readonly Uint8Array[] = [
  ...realFileNames.map(realFile),
  zipOf({ "m/data.pkl": realFile("model.pkl"), "m/data/0": "weights" }),
  zipOf({ "config.json": "{}", "metadata.json": "{}" }),
  bytesOf(
    "GGUF",
    u32(3),
    u64(1),
    u64(1),
    u64(1),
    "a",
    u32(9),
    u32(8),
    u64(1),
    u64(1),
    "b",
    u64(1),
    "w",
    u32(1),
    u64(1),
    u32(0),
    u64(0),
  ),
];

/** Facts are bounded JSON, whatever the bytes; the file throws where it is read outside of its bounds. */
async function check(bytes: Uint8Array, name: string): Promise<void> {
  const file = fileOf(bytes);
  const facts = await readFileFacts(file, name, factsTools);
  const text = JSON.stringify(facts);
  assert.deepEqual(JSON.parse(text), facts);
  assert.ok(Buffer.byteLength(text) <= MOST_BYTES_OF_FACTS);
  // An escape that stands behind an even number of backslashes; behind an odd one, a name has the letters of one.
  assert.doesNotMatch(text, /(?<!\\)(?:\\\\)*\\u0000/);
  assert.ok(file.reads <= 4096);
}

test("random bytes behind every signature", async () => {
  const input = fc.tuple(fc.constantFrom(...SIGNATURES), fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...NAMES));
  await fc.assert(
    fc.asyncProperty(input, ([signature, bytes, name]) => check(bytesOf(signature, bytes), name)),
    { numRuns: 5000 },
  );
});

test("random opcodes", async () => {
  const opcodes =
    "(.012BCFGIJKLMNPQRSTUVX]abcdeghijloprstu})\x80\x81\x82\x85\x86\x87\x88\x8a\x8c\x8e\x8f\x90\x91\x92\x93\x94\x95\x97\x98\n\x01\x02a";
  const input = fc.array(fc.constantFrom(...opcodes), { maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(input, (codes) => check(bytesOf("\x80\x04", codes.join("")), "a.pkl")),
    { numRuns: 5000 },
  );
});

test("whole files with changed bytes, cut short", async () => {
  const change = fc.record({ at: fc.nat(), value: fc.nat(255) });
  const input = fc.record({
    file: fc.constantFrom(...wholeFiles),
    changes: fc.array(change, { maxLength: 6 }),
    cut: fc.nat(),
  });
  const property = fc.asyncProperty(input, fc.constantFrom(...NAMES), async ({ file, changes, cut }, name) => {
    const bytes = file.slice();
    for (const { at, value } of changes) bytes[at % bytes.length] = value;
    await check(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes, name);
  });
  await fc.assert(property, { numRuns: 5000 });
});

test("a tokenizer that claims four thousand million words costs what is there", async () => {
  const file = fileOf(
    bytesOf("GGUF", u32(3), u64(1), u64(1), u64(1), "a", u32(9), u32(8), u64(2 ** 32), new Uint8Array(100)),
  );
  assert.match(String((await readFileFacts(file, "a")).incomplete), /more than/);
  assert.ok(file.reads < 5);
});

test("many sets of operators and many keys cost what is kept of them", async () => {
  const opsets = Array.from({ length: 5_000 }, (_, index) => bytesOf(0x42, 7, 0x0a, 5, String(10_000 + index)));
  const { opset_imports: kept } = await readFileFacts(fileOf(bytesOf(8, 9, ...opsets)), "a.onnx");
  assert.equal(Object.keys(kept as object).length, 64);
  const key = (index: number) => bytesOf(u64(5), String(10_000 + index), u32(0), 1);
  const keys = Array.from({ length: 5_000 }, (_, index) => key(index));
  const facts = await readFileFacts(fileOf(bytesOf("GGUF", u32(3), u64(2 ** 40), u64(keys.length), ...keys)), "a");
  assert.equal(Object.keys(facts.metadata as object).length, 1000);
  assert.match(String(facts.incomplete), /more than 200000 tensors/);
});

test("facts that are too many are cut, and counted", async () => {
  const imports = Array.from({ length: 3000 }, (_, index) => `cpackage.module\nname${index}\n0`);
  const facts = await readFileFacts(fileOf(bytesOf("\x80\x02", ...imports, "N.")), "a.pkl");
  assert.ok(Array.isArray(facts.imports));
  assert.equal(facts.imports.length + Number(facts.imports_left_out), 3000);
  assert.equal(facts.scan, "complete");
});
