import type { FileFacts, Json } from "./facts.ts";
import { GGML_FILE_TYPES, GGML_TENSOR_TYPES } from "./gguf-names.ts";
import { ByteCursor } from "./io/byte-cursor.ts";
import { present } from "./io/json.ts";
import { DamagedFile, LimitReached } from "./io/problems.ts";
import { type Format, hasBytes } from "./source.ts";

/** Longer texts, such as a chat template or a licence, are passed over. */
const LONGEST_TEXT = 1024;

/** Keys that are kept, and tensors that are counted: models have some fifty and some thousand. */
const MOST_KEYS = 1000;
const MOST_TENSORS = 200_000;

/** Items of lists of texts: the largest tokenizers have a million tokens and merges. */
const MOST_LISTED_TEXTS = 4_000_000;

/** A tensor's dimensions; the format's own limit is four. */
const MOST_DIMENSIONS = 8;

/** Values of one size, by the number of their type: bytes, and how they are read. */
const SCALARS: Record<number, { bytes: number; read: (cursor: ByteCursor) => Json }> = {
  0: { bytes: 1, read: (cursor) => cursor.u8() },
  1: { bytes: 1, read: (cursor) => (cursor.u8() << 24) >> 24 },
  2: { bytes: 2, read: (cursor) => cursor.u16() },
  3: { bytes: 2, read: (cursor) => (cursor.u16() << 16) >> 16 },
  4: { bytes: 4, read: (cursor) => cursor.u32() },
  5: { bytes: 4, read: (cursor) => cursor.i32() },
  6: { bytes: 4, read: (cursor) => cursor.f32() },
  7: { bytes: 1, read: (cursor) => cursor.u8() !== 0 },
  10: { bytes: 8, read: (cursor) => cursor.u64() },
  11: { bytes: 8, read: (cursor) => cursor.i64() },
  12: { bytes: 8, read: (cursor) => cursor.f64() },
};
const TEXT = 8;
const LIST = 9;

/** Keys and values, then the tensors' names, shapes and places; see the description in the repository of ggml. */
export const gguf: Format = {
  name: "gguf",
  recognises: ({ head }) => hasBytes(head, "GGUF"),
  async read({ file }, facts) {
    const cursor = new ByteCursor(file, 4);
    await cursor.need(20);
    const version = readVersion(cursor);
    facts.gguf_version = version;
    if (version !== 2 && version !== 3) throw new LimitReached(`Version ${version} of GGUF is not read.`);
    const tensors = cursor.u64();
    const keys = cursor.u64();
    facts.tensors = tensors;
    await describeMetadata(cursor, keys, facts);
    await describeTensors(cursor, tensors, facts);
  },
};

/** Files of big-endian machines have all their numbers the other way round, the version too. */
function readVersion(cursor: ByteCursor): number {
  const version = cursor.u32();
  if ((version & 0xffff) !== 0) return version;
  cursor.bigEndian = true;
  return version >>> 24;
}

async function describeMetadata(cursor: ByteCursor, keys: number, facts: FileFacts): Promise<void> {
  const metadata = new Map<string, Json>();
  const budget = { texts: MOST_LISTED_TEXTS };
  for (let count = 0; count < keys; count++) {
    const key = await readText(cursor);
    await cursor.need(4);
    const value = await readValue(cursor, cursor.u32(), budget);
    if (key !== undefined && value !== undefined && metadata.size < MOST_KEYS) metadata.set(key, value);
  }
  const architecture = metadata.get("general.architecture");
  const fileType = metadata.get("general.file_type");
  Object.assign(
    facts,
    present({
      architecture,
      name: metadata.get("general.name"),
      quantization: typeof fileType === "number" ? (GGML_FILE_TYPES[fileType] ?? String(fileType)) : undefined,
      context_length: metadata.get(`${architecture}.context_length`),
      metadata: Object.fromEntries(metadata),
    }),
  );
}

/** Undefined where it is a list or a long text, which are passed over. */
async function readValue(cursor: ByteCursor, type: number, budget: { texts: number }): Promise<Json | undefined> {
  if (type === TEXT) return readText(cursor);
  if (type === LIST) return passList(cursor, budget);
  const scalar = SCALARS[type];
  if (scalar === undefined) throw new DamagedFile(`There is no type ${type} of values.`);
  await cursor.need(scalar.bytes);
  return scalar.read(cursor);
}

async function readText(cursor: ByteCursor): Promise<string | undefined> {
  await cursor.need(8);
  const length = cursor.u64();
  if (length > LONGEST_TEXT) return void cursor.skip(length);
  await cursor.need(length);
  return new TextDecoder().decode(cursor.take(length));
}

async function passList(cursor: ByteCursor, budget: { texts: number }): Promise<undefined> {
  await cursor.need(12);
  const type = cursor.u32();
  const length = cursor.u64();
  if (type !== TEXT) {
    const bytes = SCALARS[type]?.bytes;
    if (bytes === undefined) throw new LimitReached("The metadata has lists of lists.");
    return cursor.skip(length * bytes) as undefined;
  }
  budget.texts -= length;
  if (budget.texts < 0) throw new LimitReached(`The metadata has more than ${MOST_LISTED_TEXTS} texts in lists.`);
  for (let count = 0; count < length; count++) {
    if (cursor.buffered < 8) await cursor.need(8);
    cursor.skip(cursor.u64());
  }
  return undefined;
}

async function describeTensors(cursor: ByteCursor, tensors: number, facts: FileFacts): Promise<void> {
  const types: Record<string, number> = {};
  let parameters = 0;
  if (tensors > MOST_TENSORS) throw new LimitReached(`There are more than ${MOST_TENSORS} tensors.`);
  for (let count = 0; count < tensors; count++) {
    const tensor = await readTensor(cursor);
    types[tensor.type] = (types[tensor.type] ?? 0) + 1;
    parameters += tensor.items;
    if (tensor.offset > cursor.remaining) throw new DamagedFile("A tensor begins behind the end of the file.");
  }
  facts.parameters = parameters;
  facts.tensor_types = types;
}

async function readTensor(cursor: ByteCursor): Promise<{ type: string; items: number; offset: number }> {
  await readText(cursor);
  await cursor.need(4);
  const dimensions = cursor.u32();
  if (dimensions > MOST_DIMENSIONS) throw new DamagedFile(`A tensor has ${dimensions} dimensions.`);
  await cursor.need(dimensions * 8 + 12);
  let items = 1;
  for (let count = 0; count < dimensions; count++) items *= cursor.u64();
  const type = cursor.u32();
  return { type: GGML_TENSOR_TYPES[type] ?? String(type), items, offset: cursor.u64() };
}
