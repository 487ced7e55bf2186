import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync, gzipSync } from "node:zlib";
import { factsTools } from "../../stores/formats/facts-tools.ts";
import type { FileFacts } from "./facts.ts";
import { bytesOf, factsOf, u16, u32, u64 } from "./testkit/files.ts";
import { realFile } from "./testkit/real-files.ts";
import { zipOf } from "./testkit/zip.ts";

const json = (value: unknown) => bytesOf(JSON.stringify(value));

function safetensors(header: unknown, dataBytes: number): Uint8Array {
  const text = json(header);
  return bytesOf(u64(text.length), text, new Uint8Array(dataBytes));
}

test("safetensors", async () => {
  const header = {
    __metadata__: { format: "pt" },
    a: { dtype: "F32", shape: [2, 3], data_offsets: [0, 24] },
    b: { dtype: "BF16", shape: [], data_offsets: [24, 26] },
  };
  const facts = {
    format: "safetensors",
    tensors: 2,
    parameters: 7,
    dtypes: { F32: 1, BF16: 1 },
    metadata: { format: "pt" },
  };
  assert.deepEqual(await factsOf(safetensors(header, 26)), facts);
  const damaged = { ...facts, damaged: "The tensors take 26 bytes, but the file has 25 for them." };
  assert.deepEqual(await factsOf(safetensors(header, 25)), damaged);
});

const liars: Record<string, unknown> = {
  "a hole between tensors": { a: { dtype: "U8", shape: [1], data_offsets: [1, 2] } },
  "a shape that does not fit": { a: { dtype: "U8", shape: [3], data_offsets: [0, 2] } },
  "an offset below 0": { a: { dtype: "U8", shape: [2], data_offsets: [-2, 0] } },
  "no offsets": { a: { dtype: "U8", shape: [2] } },
};
for (const [what, header] of Object.entries(liars)) {
  test(`safetensors with ${what} are damaged`, async () => {
    const facts = await factsOf(safetensors(header, 2));
    assert.deepEqual([facts.format, typeof facts.damaged], ["safetensors", "string"]);
  });
}

test("a header that is longer than the file", async () => {
  const facts = await factsOf(bytesOf(u64(1000), "{}"), "m.safetensors");
  assert.deepEqual(facts, { format: "safetensors", damaged: "The header's length does not fit the file." });
});

const ggufText = (text: string) => bytesOf(u64(text.length), text);
const ggufFile = (version: number) =>
  bytesOf(
    "GGUF",
    u32(version),
    u64(2),
    u64(5),
    ggufText("general.architecture"),
    u32(8),
    ggufText("llama"),
    ggufText("general.file_type"),
    u32(4),
    u32(15),
    ggufText("llama.context_length"),
    u32(4),
    u32(8192),
    ggufText("tokenizer.ggml.tokens"),
    u32(9),
    u32(8),
    u64(2),
    ggufText("a"),
    ggufText("bc"),
    ggufText("tokenizer.ggml.scores"),
    u32(9),
    u32(6),
    u64(2),
    new Uint8Array(8),
    ...["w1", "w2"].map((name) => bytesOf(ggufText(name), u32(2), u64(4), u64(8), u32(12), u64(0))),
    new Uint8Array(64),
  );

test("GGUF", async () => {
  for (const version of [2, 3]) {
    assert.deepEqual(await factsOf(ggufFile(version)), {
      format: "gguf",
      gguf_version: version,
      tensors: 2,
      architecture: "llama",
      quantization: "Q4_K_M",
      context_length: 8192,
      metadata: { "general.architecture": "llama", "general.file_type": 15, "llama.context_length": 8192 },
      parameters: 64,
      tensor_types: { Q4_K: 2 },
    });
  }
  assert.match(String((await factsOf(ggufFile(3).subarray(0, 100))).damaged), /ends at byte 100/);
});

/** A field with bytes, or with a number. */
function field(number: number, value: Uint8Array | string | number): Uint8Array {
  if (typeof value === "number") return bytesOf(varint(number * 8), varint(value));
  const bytes = bytesOf(value);
  return bytesOf(varint(number * 8 + 2), varint(bytes.length), bytes);
}

function varint(value: number): Uint8Array {
  return value < 128 ? bytesOf(value) : bytesOf((value % 128) + 128, varint(Math.floor(value / 128)));
}

const valueInfo = (name: string, type: number, shape: Uint8Array) =>
  bytesOf(field(1, name), field(2, field(1, bytesOf(field(1, type), field(2, shape)))));

const onnxModel = bytesOf(
  field(1, 9),
  field(2, "skl2onnx"),
  field(3, "1.17"),
  field(
    7,
    bytesOf(
      field(1, field(4, "Gemm")),
      field(2, "a graph"),
      field(5, bytesOf(field(1, 3), field(1, 4), field(2, 1), field(8, "w"), field(9, new Uint8Array(48)))),
      field(5, bytesOf(field(1, bytesOf(10, 10)), field(2, 1), field(13, "location"), field(14, 1))),
      field(11, valueInfo("x", 1, bytesOf(field(1, field(2, "N")), field(1, field(1, 3)), field(1, "")))),
      field(12, valueInfo("y", 7, field(1, field(1, 300)))),
    ),
  ),
  field(8, bytesOf(field(1, ""), field(2, 18))),
  field(8, bytesOf(field(1, "ai.onnx.ml"), field(2, 3))),
);

test("ONNX, whatever its name", async () => {
  const facts: FileFacts = {
    format: "onnx",
    ir_version: 9,
    producer: "skl2onnx",
    producer_version: "1.17",
    graph: "a graph",
    inputs: [{ name: "x", type: "float32", shape: ["N", 3, null] }],
    outputs: [{ name: "y", type: "int64", shape: [300] }],
    nodes: 1,
    initializers: 2,
    parameters: 112,
    external_data: true,
    opset_imports: { "ai.onnx": 18, "ai.onnx.ml": 3 },
  };
  assert.deepEqual(await factsOf(onnxModel, "model.bin"), facts);
  assert.match(String((await factsOf(onnxModel.subarray(0, 60), "model.onnx")).damaged), /past the end/);
});

test("arrays of NumPy", async () => {
  assert.deepEqual(await factsOf(realFile("array.npy")), { format: "npy", dtype: "<f8", shape: [2, 3], order: "F" });
  const objects = await factsOf(realFile("objects.npy"));
  assert.deepEqual([objects.dtype, objects.scan], ["|O", "complete"]);
  assert.ok((objects.imports as string[]).includes("posix getcwd"));
});

test("a field named O holds no objects", async () => {
  const header = "{'descr': [('O', '<f8')], 'fortran_order': False, 'shape': (1,), }";
  const facts = await factsOf(bytesOf("\x93NUMPY\x01\0", u16(header.length), header, new Uint8Array(8)));
  assert.deepEqual(facts, { format: "npy", dtype: "[('O', '<f8')]", shape: [1], order: "C" });
});

test("compressed arrays of NumPy", async () => {
  const facts = await factsOf(realFile("arrays.npz"), "arrays.npz", factsTools);
  assert.deepEqual(facts.arrays, [
    { name: "a", dtype: "<f8", shape: [3] },
    { name: "b", dtype: "|O", shape: [2] },
  ]);
  assert.ok((facts.imports as string[]).includes("posix getcwd"));
  assert.equal(facts.scan, "complete");
  assert.equal((await factsOf(realFile("arrays.npz"), "arrays.npz")).scan, "unscanned");
});

test("PyTorch's archives", async () => {
  const model = "\x80\x02ctorch._utils\n_rebuild_tensor_v2\n.";
  const archive = zipOf({ "m/data.pkl": model, "m/data/0": "weights", "m/version": "3" });
  assert.deepEqual(await factsOf(archive, "model.pt"), {
    format: "pytorch",
    tensors: 1,
    scan: "complete",
    imports: ["torch._utils _rebuild_tensor_v2"],
    unresolved_imports: 0,
  });
  const script = zipOf({ "m/data.pkl": model, "m/constants.pkl": "\x80\x02cos\nsystem", "m/code/__torch__.py": "" });
  assert.deepEqual(await factsOf(script, "model.pt"), {
    format: "pytorch",
    torchscript: true,
    code: ["m/code/__torch__.py"],
    tensors: 0,
    scan: "partial",
    imports: ["torch._utils _rebuild_tensor_v2"],
    unresolved_imports: 0,
    damaged: "m/constants.pkl: The pickle ends in the middle of a line.",
  });
});

test("an archive that begins behind something else", async () => {
  const archive = bytesOf("PK\x03\x04 prefix", zipOf({ "m/data.pkl": "\x80\x02cos\nsystem\n." }));
  assert.deepEqual((await factsOf(archive)).imports, ["os system"]);
});

const kerasConfig = {
  module: "keras",
  class_name: "Sequential",
  config: {
    name: "seq",
    layers: [
      { module: "keras.layers", class_name: "Dense", config: {} },
      { module: "keras.layers", class_name: "Lambda", config: { function: { class_name: "__lambda__" } } },
    ],
  },
};

test("Keras, with code in Lambda layers", async () => {
  const metadata = { keras_version: "3.11.0", date_saved: "2026-01-01@00:00:00" };
  const files = { "metadata.json": json(metadata), "config.json": json(kerasConfig), "model.weights.h5": "" };
  const facts = {
    format: "keras",
    scan: "complete",
    ...metadata,
    class_name: "Sequential",
    name: "seq",
    layers: 2,
    lambda_layers: 2,
    imports: ["__lambda__", "keras Sequential", "keras.layers Dense", "keras.layers Lambda"],
  };
  assert.deepEqual(await factsOf(zipOf(files, deflateRawSync), "m.keras", factsTools), facts);
  assert.deepEqual(await factsOf(zipOf(files, deflateRawSync), "m.keras"), { format: "keras", scan: "unscanned" });
});

test("an entry that unpacks to more than it says is damaged", async () => {
  const bomb = zipOf({ "config.json": "{}", "metadata.json": json({}) }, () =>
    deflateRawSync(new Uint8Array(1_000_000)),
  );
  const facts = await factsOf(bomb, "m.keras", factsTools);
  assert.match(String(facts.damaged), /another size/);
});

test("a bomb is not unpacked", async () => {
  const bomb = gzipSync(new Uint8Array(20_000_000));
  assert.deepEqual(await factsOf(bomb, "m.pkl.gz", factsTools), {
    format: "pickle",
    compression: "gzip",
    scan: "unscanned",
  });
});

test("other archives, by their entries", async () => {
  assert.deepEqual(await factsOf(zipOf({ "a.txt": "abc", "b/c": "" })), {
    format: "zip",
    entries: ["a.txt", "b/c"],
    unpacked_size: 3,
  });
});

const named: Record<string, [bytes: Uint8Array, name: string, facts: FileFacts]> = {
  nothing: [bytesOf(), "a.pkl", { format: "empty" }],
  "something else": [bytesOf("hello world"), "a.txt", { format: "unknown" }],
  HDF5: [bytesOf("\x89HDF\r\n\x1a\n\x02"), "a", { format: "hdf5", superblock_version: 2 }],
  CatBoost: [bytesOf("CBM1abc"), "a", { format: "catboost" }],
  Parquet: [bytesOf("PAR1abc"), "a", { format: "parquet" }],
  Arrow: [bytesOf("ARROW1\0\0"), "a", { format: "arrow" }],
  "7z": [bytesOf("7z\xbc\xaf\x27\x1c"), "a", { format: "7z" }],
  xz: [bytesOf("\xfd7zXZ\0"), "m.joblib", { format: "joblib", compression: "xz", scan: "unscanned" }],
  LightGBM: [
    bytesOf("tree\nversion=v4\nnum_class=3\nmax_feature_idx=7\nobjective=multiclass num_class:3\n\nTree=0\n"),
    "model.txt",
    { format: "lightgbm", version: "v4", objective: "multiclass num_class:3", classes: 3, features: 8 },
  ],
  XGBoost: [
    json({
      learner: { gradient_booster: { name: "gbtree" }, learner_model_param: { num_feature: "4" } },
      version: [3, 1, 0],
    }),
    "m.json",
    { format: "xgboost", encoding: "json", booster: "gbtree", features: "4", version: "3.1.0" },
  ],
  "XGBoost in UBJSON": [bytesOf("{L", u64(0), "learner{"), "m.ubj", { format: "xgboost", encoding: "ubjson" }],
  PMML: [
    bytesOf(
      '<?xml version="1.0"?><PMML version="4.4"><Header><Application name="sklearn2pmml" version="1"/></Header><TreeModel ',
    ),
    "m.pmml",
    { format: "pmml", version: "4.4", application: "sklearn2pmml", application_version: "1", model: "TreeModel" },
  ],
  OpenVINO: [
    bytesOf('<?xml version="1.0"?><net name="resnet" version="11">'),
    "m.xml",
    { format: "openvino", name: "resnet", version: "11" },
  ],
  "Core ML": [
    bytesOf(field(1, 7), field(2, "description")),
    "m.mlmodel",
    { format: "coreml", specification_version: 7 },
  ],
  TensorFlow: [
    bytesOf(field(1, 1), field(2, field(1, bytesOf(field(4, "serve"), field(5, "2.19.0"))))),
    "saved_model.pb",
    { format: "tensorflow-saved-model", tensorflow_version: "2.19.0", graphs: 1, tags: ["serve"] },
  ],
  "TensorFlow Lite": [
    bytesOf(
      u32(24),
      "TFL3",
      u32(0),
      u16(12),
      u16(20),
      u16(4),
      u16(0),
      u16(8),
      u16(12),
      u32(12),
      u32(3),
      u32(8),
      u32(8),
      u32(0),
      u32(2),
      "ok",
    ),
    "m.bin",
    { format: "tflite", schema_version: 3, subgraphs: 0, description: "ok" },
  ],
};
for (const [what, [bytes, name, facts]] of Object.entries(named)) {
  test(`${what} is recognised`, async () => assert.deepEqual(await factsOf(bytes, name), facts));
}

function tarEntry(name: string, content: string, type = "0", prefix = ""): Uint8Array {
  const size = content.length.toString(8).padStart(11, "0");
  const header = bytesOf(name.padEnd(100, "\0"), "\0".repeat(24), size, "\0".repeat(21), type, "\0".repeat(100));
  const rest = bytesOf("ustar\0", "00", "\0".repeat(80), prefix.padEnd(155, "\0"), "\0".repeat(12));
  return bytesOf(header, rest, content.padEnd(Math.ceil(content.length / 512) * 512, "\0"));
}

test("tar, with names of every kind", async () => {
  const archive = bytesOf(
    tarEntry("model/MLmodel", "flavors:"),
    tarEntry("b.txt", "", "0", "long/prefix"),
    tarEntry("././@LongLink", "gnu/name\0", "L"),
    tarEntry("gnu/na", "text"),
    tarEntry("pax", "21 path=from/pax.txt\n", "x"),
    tarEntry("from/pa", "text"),
    new Uint8Array(1024),
  );
  const entries = ["model/MLmodel", "long/prefix/b.txt", "gnu/name", "from/pax.txt"];
  assert.deepEqual(await factsOf(archive), { format: "tar", entries });
  const cut = await factsOf(archive.subarray(0, 512 * 3 - 1));
  assert.deepEqual([cut.entries, typeof cut.damaged], [["model/MLmodel"], "undefined"]);
  const lying = archive.slice();
  lying.set(bytesOf("77777777777"), 124);
  assert.match(String((await factsOf(lying)).damaged), /past the end/);
});

test("a zip archive with the fields of large ones", async () => {
  const archive = zipOf({ "m/data.pkl": "\x80\x02cos\nsystem\n." });
  const end = archive.length - 22;
  const view = new DataView(archive.buffer, archive.byteOffset);
  const [size, offset] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const large = bytesOf(
    u32(0x06064b50),
    u64(44),
    u16(45),
    u16(45),
    u32(0),
    u32(0),
    u64(1),
    u64(1),
    u64(size),
    u64(offset),
  );
  const locator = bytesOf(u32(0x07064b50), u32(0), u64(end), u32(1));
  const small = bytesOf(u32(0x06054b50), u32(0), u16(0xffff), u16(0xffff), u32(0xffffffff), u32(0xffffffff), u16(0));
  const facts = await factsOf(bytesOf(archive.subarray(0, end), large, locator, small));
  assert.deepEqual([facts.format, facts.imports], ["pytorch", ["os system"]]);
});

test("MLmodel", async () => {
  const text = [
    "artifact_path: model",
    "flavors:",
    "  python_function:",
    "    env:",
    "      conda: conda.yaml",
    "    loader_module: mlflow.sklearn",
    "    model_path: model.pkl",
    "    python_version: 3.11.5",
    "  sklearn:",
    "    serialization_format: cloudpickle",
    "    sklearn_version: 1.9.1",
    "mlflow_version: 3.17.2",
    "signature:",
    '  inputs: \'[{"type": "tensor"}]\'',
    "utc_time_created: '2026-01-01 10:00:00.000000'",
  ].join("\n");
  assert.deepEqual(await factsOf(bytesOf(text), "model/MLmodel"), {
    format: "mlmodel",
    flavors: {
      python_function: { loader_module: "mlflow.sklearn", model_path: "model.pkl", python_version: "3.11.5" },
      sklearn: { serialization_format: "cloudpickle", sklearn_version: "1.9.1" },
    },
    mlflow_version: "3.17.2",
    utc_time_created: "2026-01-01 10:00:00.000000",
    python_version: "3.11.5",
  });
});
