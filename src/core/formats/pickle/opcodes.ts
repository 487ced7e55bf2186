/** How the argument of an opcode is written; see Python's `pickletools` (the opcodes) and PEPs 307, 3154 and 574. */
export type ArgumentForm =
  | { form: "none" }
  /** That many bytes. */
  | { form: "fixed"; bytes: number }
  /** A length of that many bytes, then as many bytes as it says. */
  | { form: "counted"; lengthBytes: number }
  /** That many lines of text. */
  | { form: "lines"; lines: number };

const NONE: ArgumentForm = { form: "none" };
const LINE: ArgumentForm = { form: "lines", lines: 1 };
const TWO_LINES: ArgumentForm = { form: "lines", lines: 2 };
const fixed = (bytes: number): ArgumentForm => ({ form: "fixed", bytes });
const counted = (lengthBytes: number): ArgumentForm => ({ form: "counted", lengthBytes });

const OPCODES = {
  MARK: [0x28, NONE],
  STOP: [0x2e, NONE],
  POP: [0x30, NONE],
  POP_MARK: [0x31, NONE],
  DUP: [0x32, NONE],
  BINBYTES: [0x42, counted(4)],
  SHORT_BINBYTES: [0x43, counted(1)],
  FLOAT: [0x46, LINE],
  BINFLOAT: [0x47, fixed(8)],
  INT: [0x49, LINE],
  BININT: [0x4a, fixed(4)],
  BININT1: [0x4b, fixed(1)],
  LONG: [0x4c, LINE],
  BININT2: [0x4d, fixed(2)],
  NONE: [0x4e, NONE],
  PERSID: [0x50, LINE],
  BINPERSID: [0x51, NONE],
  REDUCE: [0x52, NONE],
  STRING: [0x53, LINE],
  BINSTRING: [0x54, counted(4)],
  SHORT_BINSTRING: [0x55, counted(1)],
  UNICODE: [0x56, LINE],
  BINUNICODE: [0x58, counted(4)],
  EMPTY_LIST: [0x5d, NONE],
  APPEND: [0x61, NONE],
  BUILD: [0x62, NONE],
  GLOBAL: [0x63, TWO_LINES],
  DICT: [0x64, NONE],
  APPENDS: [0x65, NONE],
  GET: [0x67, LINE],
  BINGET: [0x68, fixed(1)],
  INST: [0x69, TWO_LINES],
  LONG_BINGET: [0x6a, fixed(4)],
  LIST: [0x6c, NONE],
  OBJ: [0x6f, NONE],
  PUT: [0x70, LINE],
  BINPUT: [0x71, fixed(1)],
  LONG_BINPUT: [0x72, fixed(4)],
  SETITEM: [0x73, NONE],
  TUPLE: [0x74, NONE],
  SETITEMS: [0x75, NONE],
  EMPTY_DICT: [0x7d, NONE],
  EMPTY_TUPLE: [0x29, NONE],
  PROTO: [0x80, fixed(1)],
  NEWOBJ: [0x81, NONE],
  EXT1: [0x82, fixed(1)],
  EXT2: [0x83, fixed(2)],
  EXT4: [0x84, fixed(4)],
  TUPLE1: [0x85, NONE],
  TUPLE2: [0x86, NONE],
  TUPLE3: [0x87, NONE],
  NEWTRUE: [0x88, NONE],
  NEWFALSE: [0x89, NONE],
  LONG1: [0x8a, counted(1)],
  LONG4: [0x8b, counted(4)],
  SHORT_BINUNICODE: [0x8c, counted(1)],
  BINUNICODE8: [0x8d, counted(8)],
  BINBYTES8: [0x8e, counted(8)],
  EMPTY_SET: [0x8f, NONE],
  ADDITEMS: [0x90, NONE],
  FROZENSET: [0x91, NONE],
  NEWOBJ_EX: [0x92, NONE],
  STACK_GLOBAL: [0x93, NONE],
  MEMOIZE: [0x94, NONE],
  FRAME: [0x95, fixed(8)],
  BYTEARRAY8: [0x96, counted(8)],
  NEXT_BUFFER: [0x97, NONE],
  READONLY_BUFFER: [0x98, NONE],
} as const satisfies Record<string, readonly [number, ArgumentForm]>;

export type OpcodeName = keyof typeof OPCODES;

export interface Opcode {
  name: OpcodeName;
  argument: ArgumentForm;
}

/** By the byte that stands for it. */
export const opcodes: readonly (Opcode | undefined)[] = byCode();

function byCode(): (Opcode | undefined)[] {
  const table = new Array<Opcode | undefined>(256).fill(undefined);
  for (const [name, [code, argument]] of Object.entries(OPCODES)) {
    table[code] = { name: name as OpcodeName, argument };
  }
  return table;
}
