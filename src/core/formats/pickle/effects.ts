import { DamagedFile } from "../io/problems.ts";
import type { PickleFindings } from "./findings.ts";
import { tellsOfArrays } from "./joblib-arrays.ts";
import type { PickleMachine } from "./machine.ts";
import type { OpcodeName } from "./opcodes.ts";
import { decodeQuoted, decodeRawUnicode, decodeText } from "./texts.ts";
import { OPAQUE, PickleDict, PickleGlobal, PickleObject, PickleTuple, type PickleValue } from "./values.ts";

/** The argument of an opcode, as far as it is kept. */
export interface Argument {
  number: number;
  /** Undefined where it is none, or too long to be part of a name. */
  text: Uint8Array | undefined;
  secondText: Uint8Array | undefined;
}

interface Unpickling {
  machine: PickleMachine;
  findings: PickleFindings;
}

type Effect = (unpickling: Unpickling, argument: Argument) => void;

/** The newest that there is, since Python 3.8. A newer one would have opcodes that nobody knows. */
const HIGHEST_PROTOCOL = 5;

const RECONSTRUCTORS = ["copyreg _reconstructor", "copy_reg _reconstructor"];

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);

const pushOpaque: Effect = ({ machine }) => machine.push(OPAQUE);
const pushNumber: Effect = ({ machine }, { number }) => machine.push(number);
const pushText: Effect = ({ machine }, { text }) => machine.push(text === undefined ? OPAQUE : decodeText(text));
const pushConstant = (value: PickleValue): Effect => {
  return ({ machine }) => machine.push(value);
};
const pushTuple = (length: number): Effect => {
  return ({ machine }) => {
    const items = Array.from({ length }, () => machine.pop()).reverse();
    machine.pushTuple(items);
  };
};
const collectOpaque: Effect = ({ machine }) => {
  machine.popToMark();
  machine.push(OPAQUE);
};
const extendTop: Effect = ({ machine }) => {
  machine.popToMark();
  machine.top();
};
const memoIndex: (argument: Argument) => number = ({ text }) => Number(text === undefined ? Number.NaN : latin1(text));
const extension: Effect = ({ machine, findings }) => {
  findings.unresolvedImports++;
  machine.push(OPAQUE);
};
const persistent = (take: boolean): Effect => {
  return ({ machine, findings }) => {
    if (take) machine.pop();
    findings.persistentIds++;
    machine.push(OPAQUE);
  };
};

/** What each opcode does to the stack, the memo and the findings; see `pickle.py` and `_pickle.c` of Python. STOP ends the walk. */
export const effects: Record<Exclude<OpcodeName, "STOP">, Effect> = {
  PROTO({ findings }, { number }) {
    if (number > HIGHEST_PROTOCOL) throw new DamagedFile(`The pickle's protocol ${number} does not exist.`);
    findings.protocol = Math.max(findings.protocol, number);
  },
  FRAME: () => undefined,

  MARK: ({ machine }) => machine.mark(),
  POP: ({ machine }) => machine.popValueOrMark(),
  POP_MARK: ({ machine }) => void machine.popToMark(),
  DUP: ({ machine }) => machine.push(machine.top()),

  NONE: pushConstant(null),
  NEWTRUE: pushConstant(true),
  NEWFALSE: pushConstant(false),
  INT: ({ machine }, { text }) => machine.push(text === undefined ? OPAQUE : decimal(latin1(text))),
  BININT: pushNumber,
  BININT1: pushNumber,
  BININT2: pushNumber,
  LONG: pushOpaque,
  LONG1: ({ machine }, { text }) => machine.push(text === undefined ? OPAQUE : littleEndian(text)),
  LONG4: pushOpaque,
  FLOAT: pushOpaque,
  BINFLOAT: pushOpaque,
  STRING: ({ machine }, { text }) => machine.push((text && decodeQuoted(latin1(text))) ?? OPAQUE),
  BINSTRING: pushText,
  SHORT_BINSTRING: pushText,
  UNICODE: ({ machine }, { text }) => machine.push(text ? decodeRawUnicode(latin1(text)) : OPAQUE),
  BINUNICODE: pushText,
  SHORT_BINUNICODE: pushText,
  BINUNICODE8: pushText,
  BINBYTES: pushOpaque,
  SHORT_BINBYTES: pushOpaque,
  BINBYTES8: pushOpaque,
  BYTEARRAY8: pushOpaque,
  NEXT_BUFFER: pushOpaque,
  READONLY_BUFFER: ({ machine }) => void machine.top(),

  EMPTY_LIST: pushOpaque,
  EMPTY_SET: pushOpaque,
  EMPTY_DICT: ({ machine }) => machine.push(new PickleDict()),
  EMPTY_TUPLE: pushTuple(0),
  TUPLE1: pushTuple(1),
  TUPLE2: pushTuple(2),
  TUPLE3: pushTuple(3),
  TUPLE: ({ machine }) => machine.pushTuple(machine.popToMark()),
  LIST: collectOpaque,
  FROZENSET: collectOpaque,
  DICT({ machine }) {
    const items = machine.popToMark();
    machine.push(new PickleDict());
    machine.setItems(items);
  },
  APPEND({ machine }) {
    machine.pop();
    machine.top();
  },
  APPENDS: extendTop,
  ADDITEMS: extendTop,
  SETITEM({ machine }) {
    const value = machine.pop();
    machine.setItems([machine.pop(), value]);
  },
  SETITEMS: ({ machine }) => machine.setItems(machine.popToMark()),

  PUT: ({ machine }, argument) => machine.put(memoIndex(argument)),
  BINPUT: ({ machine }, { number }) => machine.put(number),
  LONG_BINPUT: ({ machine }, { number }) => machine.put(number),
  MEMOIZE: ({ machine }) => machine.memoize(),
  GET: ({ machine }, argument) => machine.get(memoIndex(argument)),
  BINGET: ({ machine }, { number }) => machine.get(number),
  LONG_BINGET: ({ machine }, { number }) => machine.get(number),

  GLOBAL: (unpickling, { text, secondText }) => importNamed(unpickling, text, secondText),
  STACK_GLOBAL(unpickling) {
    const name = unpickling.machine.pop();
    importValue(unpickling, unpickling.machine.pop(), name);
  },
  INST(unpickling, { text, secondText }) {
    unpickling.machine.popToMark();
    importNamed(unpickling, text, secondText);
    unpickling.machine.pop();
    unpickling.machine.push(OPAQUE);
    unpickling.findings.addCall("INST");
  },
  EXT1: extension,
  EXT2: extension,
  EXT4: extension,
  PERSID: persistent(false),
  BINPERSID: persistent(true),

  REDUCE({ machine, findings }) {
    const args = machine.pop();
    machine.push(called(machine.pop(), args));
    findings.addCall("REDUCE");
  },
  NEWOBJ({ machine, findings }) {
    const args = machine.pop();
    machine.push(objectOf(machine.pop(), args));
    findings.addCall("NEWOBJ");
  },
  NEWOBJ_EX({ machine, findings }) {
    machine.pop();
    const args = machine.pop();
    machine.push(objectOf(machine.pop(), args));
    findings.addCall("NEWOBJ_EX");
  },
  OBJ({ machine, findings }) {
    const [of = OPAQUE, ...args] = machine.popToMark();
    machine.push(objectOf(of, new PickleTuple(args)));
    findings.addCall("OBJ");
  },
  BUILD({ machine, findings }) {
    const state = machine.pop();
    const target = machine.top();
    if (target instanceof PickleObject) target.state = state;
    findings.addCall("BUILD");
  },
};

function importNamed(unpickling: Unpickling, module: Uint8Array | undefined, name: Uint8Array | undefined): void {
  importValue(unpickling, module ? decodeText(module) : OPAQUE, name ? decodeText(name) : OPAQUE);
}

function importValue({ machine, findings }: Unpickling, module: PickleValue, name: PickleValue): void {
  if (typeof module !== "string" || typeof name !== "string") {
    findings.unresolvedImports++;
    machine.push(OPAQUE);
    return;
  }
  const imported = new PickleGlobal(`${module} ${name}`);
  findings.addImport(imported.name);
  machine.push(imported);
}

/** What a call makes, where that tells of arrays. */
function called(callable: PickleValue, args: PickleValue): PickleValue {
  if (!(callable instanceof PickleGlobal) || !RECONSTRUCTORS.includes(callable.name)) return objectOf(callable, args);
  return args instanceof PickleTuple ? objectOf(args.items[0] ?? OPAQUE, args) : OPAQUE;
}

function objectOf(of: PickleValue, args: PickleValue): PickleValue {
  return of instanceof PickleGlobal && tellsOfArrays(of.name) ? new PickleObject(of.name, args) : OPAQUE;
}

/** `00` and `01` are False and True, which `pickle` has written so since before it had opcodes for them. */
function decimal(line: string): PickleValue {
  if (line === "00" || line === "01") return line === "01";
  return /^-?\d+$/.test(line) ? Number(line) : OPAQUE;
}

function littleEndian(bytes: Uint8Array): number {
  const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  const negative = ((bytes[bytes.length - 1] ?? 0) & 0x80) !== 0;
  return negative ? value - 256 ** bytes.length : value;
}
