import type { FileFacts, Json } from "./facts.ts";
import { ByteCursor } from "./io/byte-cursor.ts";
import { membersOf, present } from "./io/json.ts";
import { type Field, MessageReader } from "./protobuf.ts";
import { type Format, hasBytes, type Source } from "./source.ts";

/** Inputs, outputs, lengths and sets of operators that are shown of each. */
const MOST_VALUES = 64;

/** `TensorProto.DataType`. */
const ITEM_TYPES = [
  "undefined",
  "float32",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "float64",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
];

/** The numbers of fields are those of `onnx.proto`. */
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 };
const TENSOR = { dims: 1, externalData: 13, dataLocation: 14 };
const EXTERNAL = 1;

type ModelFieldReader = (model: MessageReader, field: Field, facts: FileFacts) => Promise<void> | void;

const text = (key: string): ModelFieldReader => {
  return (model, field, facts) => addText(facts, key, model, field);
};

/** Of `ModelProto`. */
const modelFields: Record<number, ModelFieldReader> = {
  1: (_, { value }, facts) => void Object.assign(facts, { ir_version: value }),
  2: text("producer"),
  3: text("producer_version"),
  4: text("domain"),
  5: (_, { value }, facts) => void Object.assign(facts, { model_version: value }),
  7: (model, field, facts) => describeGraph(model.message(field), facts),
  8: (model, field, facts) => addOpset(model.message(field), facts),
  25: (_, __, facts) => void Object.assign(facts, { functions: Number(facts.functions ?? 0) + 1 }),
};

export const onnx: Format = {
  name: "onnx",
  recognises: (source) => source.name.endsWith(".onnx") || looksLikeModel(source),
  async read({ file }, facts) {
    const model = new MessageReader(new ByteCursor(file), file.size);
    for await (const field of model.fields()) await modelFields[field.number]?.(model, field, facts);
  },
};

/** There is no signature: a small version, then the producer's name, as every exporter writes them. */
function looksLikeModel({ head }: Source): boolean {
  const [, version = 0, , length = 0] = head;
  if (!hasBytes(head, "\x08") || version < 1 || version > 64 || head[2] !== 0x12 || length === 0 || length > 64)
    return false;
  const producer = head.subarray(4, 4 + length);
  return (
    producer.every((byte) => byte >= 0x20 && byte < 0x7f) &&
    [0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(head[4 + length] ?? 0)
  );
}

async function addText(facts: FileFacts, key: string, reader: MessageReader, field: Field): Promise<void> {
  const text = await reader.text(field);
  if (text) facts[key] = text;
}

async function addOpset(opset: MessageReader, facts: FileFacts): Promise<void> {
  let domain = "";
  let version = 0;
  for await (const field of opset.fields()) {
    if (field.number === 1) domain = (await opset.text(field)) ?? "";
    if (field.number === 2) version = field.value;
  }
  const opsets = membersOf(facts.opset_imports);
  if (Object.keys(opsets).length >= MOST_VALUES) return;
  facts.opset_imports = { ...opsets, [domain || "ai.onnx"]: version };
}

interface GraphCounts {
  nodes: number;
  initializers: number;
  parameters: number;
  external: number;
}

async function describeGraph(graph: MessageReader, facts: FileFacts): Promise<void> {
  const counts: GraphCounts = { nodes: 0, initializers: 0, parameters: 0, external: 0 };
  const inputs: Json[] = [];
  const outputs: Json[] = [];
  Object.assign(facts, { inputs, outputs });
  for await (const field of graph.fields()) {
    if (field.number === GRAPH.node) counts.nodes++;
    else if (field.number === GRAPH.name) await addText(facts, "graph", graph, field);
    else if (field.number === GRAPH.input) await addValue(inputs, graph.message(field));
    else if (field.number === GRAPH.output) await addValue(outputs, graph.message(field));
    else if (field.number === GRAPH.initializer) await countTensor(counts, graph.message(field));
  }
  Object.assign(facts, { nodes: counts.nodes, initializers: counts.initializers, parameters: counts.parameters });
  facts.external_data = counts.external > 0;
}

async function countTensor(counts: GraphCounts, tensor: MessageReader): Promise<void> {
  let items = 1;
  let external = false;
  for await (const field of tensor.fields()) {
    if (field.number === TENSOR.dims) for (const length of await tensor.numbers(field)) items *= length;
    else if (field.number === TENSOR.externalData) external = true;
    else if (field.number === TENSOR.dataLocation) external ||= field.value === EXTERNAL;
  }
  counts.initializers++;
  counts.parameters += items;
  if (external) counts.external++;
}

/** `ValueInfoProto`: a name and a type. */
async function addValue(values: Json[], value: MessageReader): Promise<void> {
  let name: string | undefined;
  let type: Record<string, Json> = {};
  for await (const field of value.fields()) {
    if (field.number === 1) name = await value.text(field);
    else if (field.number === 2) type = await readType(value.message(field));
  }
  if (values.length < MOST_VALUES) values.push(present({ name, ...type }));
}

/** `TypeProto`, of which only tensors are described. */
async function readType(type: MessageReader): Promise<Record<string, Json>> {
  for await (const field of type.fields()) if (field.number === 1) return readTensorType(type.message(field));
  return {};
}

async function readTensorType(tensor: MessageReader): Promise<Record<string, Json>> {
  const described: Record<string, Json> = {};
  for await (const field of tensor.fields()) {
    if (field.number === 1) described.type = ITEM_TYPES[field.value] ?? String(field.value);
    else if (field.number === 2) described.shape = await readShape(tensor.message(field));
  }
  return described;
}

/** Lengths, names of lengths, and null for what is open. */
async function readShape(shape: MessageReader): Promise<Json[]> {
  const lengths: Json[] = [];
  for await (const dimension of shape.fields()) {
    if (dimension.number !== 1 || lengths.length === MOST_VALUES) continue;
    lengths.push(await readLength(shape.message(dimension)));
  }
  return lengths;
}

async function readLength(dimension: MessageReader): Promise<Json> {
  let length: Json = null;
  for await (const field of dimension.fields()) {
    if (field.number === 1) length = field.value;
    else if (field.number === 2) length = (await dimension.text(field)) ?? null;
  }
  return length;
}
