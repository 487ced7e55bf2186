import type { FileFacts, Json } from "./facts.ts";
import { ByteCursor } from "./io/byte-cursor.ts";
import { DamagedFile } from "./io/problems.ts";
import type { MeteredFile } from "./io/random-access.ts";
import { readPickles } from "./pickle/pickle-facts.ts";
import { type Format, hasBytes } from "./source.ts";

/** NumPy itself reads no longer header without being asked to. */
const LONGEST_HEADER = 10_000;

/** One array; see "NPY format" of NumPy. An array of objects holds a pickle. */
export const npy: Format = {
  name: "npy",
  recognises: ({ head }) => hasBytes(head, "\x93NUMPY"),
  read: async ({ file }, facts) => void Object.assign(facts, await readArray(file)),
};

/** The array's type and shape, and what the pickle in it imports where it has one. */
export async function readArray(file: MeteredFile): Promise<Record<string, Json>> {
  const cursor = new ByteCursor(file);
  const header = await readHeader(cursor);
  const array: Record<string, Json> = { dtype: dtypeOf(header), shape: shapeOf(header), order: orderOf(header) };
  if (!holdsObjects(header)) return array;
  const { facts } = await readPickles(file.part(cursor.position, file.size));
  const { format: _, ...pickle } = facts satisfies FileFacts;
  return { ...array, ...pickle };
}

/** A Python dictionary as text: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
async function readHeader(cursor: ByteCursor): Promise<string> {
  await cursor.need(12);
  if (!hasBytes(cursor.take(6), "\x93NUMPY")) throw new DamagedFile("The array does not begin as arrays of NumPy do.");
  const version = cursor.u8();
  cursor.skip(1);
  const length = version === 1 ? cursor.u16() : cursor.u32();
  if (length > LONGEST_HEADER) throw new DamagedFile(`The header has ${length} bytes, more than NumPy reads.`);
  await cursor.need(length);
  return new TextDecoder(version < 3 ? "latin1" : "utf-8").decode(cursor.take(length));
}

/** A name such as `<f8`, or the list of a structure's fields as it stands. */
function dtypeOf(header: string): string {
  const found = /['"]descr['"]:\s*(?:'([^']*)'|"([^"]*)"|(\[.*\])\s*,\s*['"]fortran_order)/.exec(header);
  const dtype = found?.[1] ?? found?.[2] ?? found?.[3];
  if (dtype === undefined) throw new DamagedFile("The header of the array names no type.");
  return dtype;
}

/** Whether the letter O is a type in it, also of a field, as it decides it for NumPy. A field's name stands behind a parenthesis. */
function holdsObjects(header: string): boolean {
  return /[,:]\s*['"](?:[<>=|]?O\d*|object)['"]/.test(header);
}

function orderOf(header: string): string {
  return /['"]fortran_order['"]:\s*True/.test(header) ? "F" : "C";
}

function shapeOf(header: string): number[] {
  const shape = /['"]shape['"]:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw new DamagedFile("The header of the array names no shape.");
  return shape
    .split(",")
    .filter((length) => length.trim() !== "")
    .map(Number);
}
