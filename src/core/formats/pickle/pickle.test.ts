import assert from "node:assert/strict";
import { test } from "node:test";
import { factsTools } from "../../../stores/formats/facts-tools.ts";
import { readFileFacts } from "../file-facts.ts";
import { bytesOf, factsOf, fileOf, u32, u64 } from "../testkit/files.ts";
import { realFile } from "../testkit/real-files.ts";

const NUMPY_2_MODEL = [
  "numpy dtype",
  "numpy ndarray",
  "numpy._core.multiarray _reconstruct",
  "sklearn.linear_model._logistic LogisticRegression",
];

for (const protocol of [0, 1, 2, 3, 4, 5] as const) {
  test(`imports of protocol ${protocol}`, async () => {
    const facts = await factsOf(realFile(`protocol${protocol}.pkl`), "model.bin");
    assert.deepEqual(facts, {
      format: "pickle",
      scan: "complete",
      protocol: protocol === 1 ? 0 : protocol,
      imports:
        protocol < 3
          ? ["_codecs encode", "numpy dtype", "numpy._core.multiarray scalar", "posix system"]
          : ["numpy dtype", "numpy._core.multiarray scalar", "posix system"],
      unresolved_imports: 0,
      calls: facts.calls,
    });
  });
}

test("a model of scikit-learn", async () => {
  const facts = await factsOf(realFile("model.pkl"), "model.pkl");
  assert.equal(facts.scan, "complete");
  assert.deepEqual(facts.imports, NUMPY_2_MODEL);
});

test("joblib: the arrays between the opcodes are passed over, those of objects are read", async () => {
  const facts = await factsOf(realFile("model.joblib"), "model.joblib");
  assert.equal(facts.format, "joblib");
  assert.equal(facts.scan, "complete");
  assert.equal(facts.arrays, 7);
  assert.deepEqual(facts.imports, ["joblib.numpy_pickle NumpyArrayWrapper", ...NUMPY_2_MODEL]);
});

test("compressed joblib is unscanned where nothing unpacks it", async () => {
  const file = realFile("compressed.joblib");
  assert.deepEqual(await factsOf(file, "m.joblib"), { format: "joblib", compression: "zlib", scan: "unscanned" });
  const facts = await factsOf(file, "m.joblib", factsTools);
  assert.deepEqual([facts.format, facts.compression, facts.scan], ["joblib", "zlib", "complete"]);
  assert.ok((facts.imports as string[]).includes("sklearn.linear_model._logistic LogisticRegression"));
});

const hidden: Record<string, [bytes: Uint8Array, imports: string[], unresolved: number]> = {
  "escapes in a quoted text": [bytesOf("\x80\x04S'\\x6f\\163'\nS'system'\n\x93."), ["os system"], 0],
  "escapes in a unicode text": [bytesOf("V\\u006fs\nVsystem\n\x93."), ["os system"], 0],
  "names out of the memo": [bytesOf("\x80\x04\x8c\x02os\x940\x8c\x06system\x940h\x00h\x01\x93."), ["os system"], 0],
  "a value put twice": [bytesOf("\x80\x04\x8c\x02osq\x05q\x06\x8c\x06systemq\x0500h\x06h\x05\x93."), ["os system"], 0],
  "a mark taken by POP": [bytesOf("\x80\x04\x8c\x02os(0\x8c\x06system\x93."), ["os system"], 0],
  "a name that is duplicated": [bytesOf("\x80\x04\x8c\x02os2\x93."), ["os os"], 0],
  "a name behind a frame's end": [bytesOf("\x80\x04\x95", u64(4), "\x8c\x02os\x8c\x06system\x93."), ["os system"], 0],
  "an object of the oldest kind": [bytesOf("(S'true'\nios\nsystem\n."), ["os system"], 0],
  "an object of a class on the stack": [bytesOf("(cos\nsystem\nS'true'\no."), ["os system"], 0],
  "a module that is computed": [bytesOf("\x80\x04cbuiltins\nstr\n)R\x8c\x06system\x93."), ["builtins str"], 1],
  "a number of copyreg's table": [bytesOf("\x80\x02\x82\x01."), [], 1],
  "a name that is too long": [bytesOf("\x80\x04X", u32(300), "m".repeat(300), "\x8c\x01n\x93."), [], 1],
};
for (const [what, [bytes, imports, unresolved]] of Object.entries(hidden)) {
  test(`imports are found behind ${what}`, async () => {
    const facts = await factsOf(bytes, "model.pkl");
    assert.deepEqual([facts.scan, facts.imports, facts.unresolved_imports], ["complete", imports, unresolved]);
  });
}

const broken: Record<string, [bytes: Uint8Array, damaged: RegExp]> = {
  "no STOP": [bytesOf("\x80\x04cos\nsystem\n"), /without STOP/],
  "an unknown opcode": [bytesOf("\x80\x04cos\nsystem\n\xff."), /no opcode 0xff/],
  "an empty stack": [bytesOf("\x80\x04cos\nsystem\n00."), /empty stack/],
  "a text past the end": [bytesOf("\x80\x04cos\nsystem\nX", u32(1000), "abc"), /past the end/],
  "a length of 2^64 - 1": [bytesOf("\x80\x04cos\nsystem\n\x8e", "\xff".repeat(8), "abc"), /past the end/],
  "a line without its end": [bytesOf("\x80\x04cos\nsystem\ncos"), /middle of a line/],
};
for (const [what, [bytes, damaged]] of Object.entries(broken)) {
  test(`what a pickle imports before ${what} is kept`, async () => {
    const facts = await factsOf(bytes, "model.pkl");
    assert.deepEqual([facts.format, facts.scan, facts.imports], ["pickle", "partial", ["os system"]]);
    assert.match(String(facts.damaged), damaged);
  });
}

test("several pickles in a row, and what follows them", async () => {
  const facts = await factsOf(bytesOf("\x80\x02cos\na\n.", "\x80\x02cos\nb\n.", "rest"), "model.pkl");
  assert.deepEqual([facts.imports, facts.pickles, facts.trailing_bytes], [["os a", "os b"], 2, 4]);
});

test("PyTorch's old format: five pickles, then the storages", async () => {
  const magic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.";
  const model = "\x80\x02ctorch._utils\n_rebuild_tensor_v2\n.";
  const facts = await factsOf(
    bytesOf(magic, "\x80\x02M\xe9\x03.", "\x80\x02}.", model, "\x80\x02].", u64(640), "data"),
  );
  assert.deepEqual(
    [facts.format, facts.scan, facts.imports, facts.pickles, facts.trailing_bytes],
    ["pytorch", "complete", ["torch._utils _rebuild_tensor_v2"], 5, 12],
  );
});

test("texts that begin like a pickle are none", async () => {
  for (const text of ["Copyright", "{}", "(a)", "I am", "]"])
    assert.deepEqual(await factsOf(bytesOf(text)), { format: "unknown" });
});

test("large byte strings are passed over without being read", async () => {
  const file = fileOf(bytesOf("\x80\x04B", u32(8_000_000), new Uint8Array(8_000_000), "cos\nsystem\n."));
  const facts = await readFileFacts(file, "model.pkl");
  assert.deepEqual([facts.scan, facts.imports], ["complete", ["os system"]]);
  assert.ok(file.bytesRead < 100_000);
});

const endless: Record<string, Uint8Array> = {
  "a deep stack": bytesOf("\x80\x04", "]".repeat(200_000)),
  "many marks": bytesOf("\x80\x04", "(".repeat(200_000)),
  "many imports": bytesOf("\x80\x04", ...Array.from({ length: 5000 }, (_, index) => `cm\nn${index}\n0`)),
};
for (const [what, bytes] of Object.entries(endless)) {
  test(`${what} ends the scan`, async () => {
    const facts = await factsOf(bytes, "model.pkl");
    assert.equal(facts.scan, "partial");
    assert.match(String(facts.incomplete), /more than/);
  });
}
