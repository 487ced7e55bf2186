import type { FileFacts, Json } from "./facts.ts";
import { membersOf, readJson } from "./io/json.ts";
import { DamagedFile } from "./io/problems.ts";
import type { Format, Source } from "./source.ts";

/** The header's length, before the header. */
const LENGTH_BYTES = 8;

/** The format allows no longer headers. */
const LONGEST_HEADER = 100_000_000;

const OPENING_BRACE = 0x7b;

/** Bits of an item, for the types that have a fixed size. */
const ITEM_BITS: Record<string, number> = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  I64: 64,
  U64: 64,
  F64: 64,
  C64: 64,
};

/** The length of a JSON header, the header, then the tensors; see the format's description at Hugging Face. */
export const safetensors: Format = {
  name: "safetensors",
  recognises: (source) =>
    source.name.endsWith(".safetensors") || (source.head[LENGTH_BYTES] === OPENING_BRACE && fits(source)),
  async read(source, facts) {
    if (!fits(source)) throw new DamagedFile("The header's length does not fit the file.");
    const dataStart = LENGTH_BYTES + headerLength(source);
    const header = membersOf(await readJson(source.file.part(LENGTH_BYTES, dataStart), "The header"));
    describe(header, facts);
    checkOffsets(header, source.file.size - dataStart);
  },
};

function headerLength({ head }: Source): number {
  if (head.length < LENGTH_BYTES) return Number.NaN;
  return Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
}

function fits(source: Source): boolean {
  const length = headerLength(source);
  return length >= 2 && length <= LONGEST_HEADER && LENGTH_BYTES + length <= source.file.size;
}

interface Tensor {
  name: string;
  dtype: string;
  items: number;
  start: number;
  end: number;
}

function describe(header: { [key: string]: Json }, facts: FileFacts): void {
  const dtypes: Record<string, number> = {};
  let parameters = 0;
  const tensors = tensorsOf(header);
  for (const { dtype, items } of tensors) {
    dtypes[dtype] = (dtypes[dtype] ?? 0) + 1;
    parameters += items;
  }
  facts.tensors = tensors.length;
  facts.parameters = parameters;
  facts.dtypes = dtypes;
  const metadata = Object.entries(membersOf(header.__metadata__)).filter(([, value]) => typeof value === "string");
  if (metadata.length > 0) facts.metadata = Object.fromEntries(metadata);
}

function tensorsOf(header: { [key: string]: Json }): Tensor[] {
  return Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => tensorOf(name, membersOf(value)));
}

function tensorOf(name: string, { dtype, shape, data_offsets: offsets }: { [key: string]: Json }): Tensor {
  const [start, end] = naturalNumbers(offsets);
  const lengths = naturalNumbers(shape);
  if (typeof dtype !== "string" || start === undefined || end === undefined || !Array.isArray(shape)) {
    throw new DamagedFile(`The tensor ${name} has no type, shape or offsets.`);
  }
  return { name, dtype, items: lengths.reduce((product, length) => product * length, 1), start, end };
}

function naturalNumbers(json: Json | undefined): number[] {
  const numbers = Array.isArray(json) ? json : [];
  return numbers.map((number) => {
    if (typeof number === "number" && Number.isInteger(number) && number >= 0) return number;
    throw new DamagedFile("A shape or an offset of a tensor is no whole number.");
  });
}

/** Tensors lie one behind the other, without gaps, and fill the file. */
function checkOffsets(header: { [key: string]: Json }, dataBytes: number): void {
  const tensors = tensorsOf(header).sort((first, second) => first.start - second.start || first.end - second.end);
  let end = 0;
  for (const tensor of tensors) {
    const bits = ITEM_BITS[tensor.dtype];
    const lies =
      tensor.start !== end || (bits !== undefined && tensor.end - tensor.start !== (tensor.items * bits) / 8);
    if (lies) throw new DamagedFile(`The offsets of the tensor ${tensor.name} do not fit its shape or its neighbour.`);
    end = tensor.end;
  }
  if (end !== dataBytes)
    throw new DamagedFile(`The tensors take ${end} bytes, but the file has ${dataBytes} for them.`);
}
