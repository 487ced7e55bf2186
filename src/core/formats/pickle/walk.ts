import type { ByteCursor } from "../io/byte-cursor.ts";
import { DamagedFile, LimitReached } from "../io/problems.ts";
import { type Argument, effects } from "./effects.ts";
import type { PickleFindings } from "./findings.ts";
import { announcesArray, followingArray } from "./joblib-arrays.ts";
import { PickleMachine } from "./machine.ts";
import { type Opcode, type OpcodeName, opcodes } from "./opcodes.ts";

/** Longer texts are no part of a name. `latin1` of `effects` relies on it being small. */
const LONGEST_NAME = 256;

/** An opcode with the longest argument of fixed length, or with the length of its argument. */
const LONGEST_FIXED = 9;

const NEWLINE = 0x0a;

/** Bytes looked at in one go for the end of a line. */
const LINE_PIECE = 4096;

/** Opcodes of one file: a vocabulary of a million words has four million. About a second. */
const MOST_OPCODES = 10_000_000;

/** Opcodes whose counted argument is looked at. */
const TEXTS: ReadonlySet<OpcodeName> = new Set([
  "BINSTRING",
  "SHORT_BINSTRING",
  "BINUNICODE",
  "SHORT_BINUNICODE",
  "BINUNICODE8",
  "LONG1",
]);

/**
 * Reads the opcodes of one pickle from the cursor up to its STOP, runs none of them, and puts what they import and call into `findings`.
 * Arrays that joblib writes between them are passed over as `joblib.load` does; those of objects are pickles, which are read too. Throws
 * `DamagedFile` where Python's unpickler would fail, and `LimitReached`; `findings` has what came before.
 */
export async function walkPickle(cursor: ByteCursor, findings: PickleFindings, insideArray = false): Promise<void> {
  const unpickling = { machine: new PickleMachine(), findings };
  const argument: Argument = { number: 0, text: undefined, secondText: undefined };
  for (;;) {
    if (cursor.buffered < LONGEST_FIXED) await cursor.prefetch(LONGEST_FIXED);
    const opcode = nextOpcode(cursor);
    if (++findings.opcodes > MOST_OPCODES) throw new LimitReached(`The pickle has more than ${MOST_OPCODES} opcodes.`);
    const more = readArgument(cursor, opcode, argument);
    if (more !== undefined) await more;
    if (opcode.name === "STOP") {
      unpickling.machine.pop();
      return;
    }
    effects[opcode.name](unpickling, argument);
    if (opcode.name === "BUILD" && !insideArray && announcesArray(unpickling.machine.top())) {
      await passArray(cursor, unpickling);
    }
  }
}

function nextOpcode(cursor: ByteCursor): Opcode {
  if (cursor.buffered === 0) throw new DamagedFile("The pickle ends without STOP.");
  const code = cursor.u8();
  const opcode = opcodes[code];
  if (opcode === undefined) {
    throw new DamagedFile(
      `There is no opcode 0x${code.toString(16)}, which byte ${cursor.position - 1} of the pickle has.`,
    );
  }
  return opcode;
}

/** Reads the argument into `argument`; a promise where more bytes must come first, which the many small opcodes do not wait for. */
function readArgument(
  cursor: ByteCursor,
  { name, argument: form }: Opcode,
  argument: Argument,
): Promise<void> | undefined {
  if (form.form === "none") return undefined;
  if (form.form === "lines") return readLines(cursor, form.lines, argument);
  argument.number = readNumber(cursor, form.form === "fixed" ? form.bytes : form.lengthBytes, name);
  return form.form === "counted" ? readCounted(cursor, name, argument) : undefined;
}

function readNumber(cursor: ByteCursor, bytes: number, name: OpcodeName): number {
  if (cursor.buffered < bytes) throw new DamagedFile("The pickle ends in the middle of an opcode.");
  if (bytes === 1) return cursor.u8();
  if (bytes === 2) return cursor.u16();
  if (bytes === 4) return name === "BININT" ? cursor.i32() : cursor.u32();
  return cursor.u64();
}

function readCounted(cursor: ByteCursor, name: OpcodeName, argument: Argument): Promise<void> | undefined {
  const length = argument.number;
  argument.text = undefined;
  if (!TEXTS.has(name) || length > (name === "LONG1" ? 7 : LONGEST_NAME)) {
    cursor.skip(length);
    return undefined;
  }
  if (cursor.buffered >= length) {
    argument.text = cursor.take(length);
    return undefined;
  }
  return cursor.need(length).then(() => {
    argument.text = cursor.take(length);
  });
}

function readLines(cursor: ByteCursor, lines: number, argument: Argument): Promise<void> | undefined {
  const length = lines === 1 ? cursor.distanceTo(NEWLINE) : -1;
  if (length < 0 || length > LONGEST_NAME) return readLongLines(cursor, lines, argument);
  argument.text = cursor.take(length);
  cursor.skip(1);
  return undefined;
}

async function readLongLines(cursor: ByteCursor, lines: number, argument: Argument): Promise<void> {
  argument.text = await readLine(cursor);
  argument.secondText = lines > 1 ? await readLine(cursor) : undefined;
}

/** A copy of the line without its end, or undefined where it is too long to be looked at. */
async function readLine(cursor: ByteCursor): Promise<Uint8Array | undefined> {
  for (let passed = 0; ; ) {
    await cursor.prefetch(LINE_PIECE);
    const length = cursor.distanceTo(NEWLINE);
    if (length >= 0) {
      const line = passed + length <= LONGEST_NAME ? cursor.take(length).slice() : void cursor.skip(length);
      cursor.skip(1);
      return line;
    }
    if (cursor.buffered === cursor.remaining) throw new DamagedFile("The pickle ends in the middle of a line.");
    passed += cursor.buffered;
    cursor.skip(cursor.buffered);
  }
}

async function passArray(
  cursor: ByteCursor,
  { machine, findings }: { machine: PickleMachine; findings: PickleFindings },
) {
  const top = machine.top();
  const array = announcesArray(top) ? followingArray(top) : undefined;
  if (array === undefined) throw new LimitReached("The pickle does not say plainly how long an array is that follows.");
  findings.arrays++;
  if (array.kind === "pickle") return walkPickle(cursor, findings, true);
  if (array.padded) {
    await cursor.need(1);
    cursor.skip(cursor.u8());
  }
  cursor.skip(array.length);
}
