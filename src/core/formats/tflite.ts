import { ByteCursor } from "./io/byte-cursor.ts";
import { DamagedFile } from "./io/problems.ts";
import type { MeteredFile } from "./io/random-access.ts";
import { type Format, hasBytes } from "./source.ts";

/** Fields of the root table, by their place in the schema: `version`, `operator_codes`, `subgraphs`, `description`. */
const VERSION = 0;
const OPERATORS = 1;
const SUBGRAPHS = 2;
const DESCRIPTION = 3;

const LONGEST_DESCRIPTION = 1024;

/** TensorFlow Lite: a flatbuffer with the identifier TFL3; see "FlatBuffer internals". */
export const tflite: Format = {
  name: "tflite",
  recognises: ({ head }) => hasBytes(head, "TFL3", 4),
  async read({ file }, facts) {
    const table = await u32At(file, 0);
    const version = await fieldAt(file, table, VERSION);
    if (version !== undefined) facts.schema_version = await u32At(file, version);
    for (const [key, field] of [
      ["operators", OPERATORS],
      ["subgraphs", SUBGRAPHS],
    ] as const) {
      const vector = await targetOf(file, table, field);
      if (vector !== undefined) facts[key] = await u32At(file, vector);
    }
    const description = await targetOf(file, table, DESCRIPTION);
    if (description !== undefined) facts.description = await textAt(file, description);
  },
};

async function u32At(file: MeteredFile, position: number): Promise<number> {
  const cursor = new ByteCursor(file.part(position, file.size));
  await cursor.need(4);
  return cursor.u32();
}

/** Where the value of a table's field is, or undefined where it has none. */
async function fieldAt(file: MeteredFile, table: number, field: number): Promise<number | undefined> {
  const vtable = table - ((await u32At(file, table)) | 0);
  const cursor = new ByteCursor(file.part(vtable, file.size));
  await cursor.need(4);
  const length = cursor.u16();
  const entry = 4 + field * 2;
  if (entry + 2 > length) return undefined;
  cursor.skip(entry - 2);
  await cursor.need(2);
  const offset = cursor.u16();
  return offset === 0 ? undefined : table + offset;
}

/** Where the vector or text is that a table's field points to. */
async function targetOf(file: MeteredFile, table: number, field: number): Promise<number | undefined> {
  const position = await fieldAt(file, table, field);
  return position === undefined ? undefined : position + (await u32At(file, position));
}

async function textAt(file: MeteredFile, position: number): Promise<string> {
  const length = await u32At(file, position);
  if (length > file.size) throw new DamagedFile("The description reaches past the end of the file.");
  const end = position + 4 + Math.min(length, LONGEST_DESCRIPTION);
  return new TextDecoder().decode(await file.read(position + 4, end));
}
