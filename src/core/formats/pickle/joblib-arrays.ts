import { PickleDict, PickleObject, PickleTuple, type PickleValue } from "./values.ts";

/** An object of this class announces an array, which joblib writes behind the BUILD of the object. */
const ARRAY_WRAPPERS = [
  "joblib.numpy_pickle NumpyArrayWrapper",
  "sklearn.externals.joblib.numpy_pickle NumpyArrayWrapper",
];

const DTYPE = "numpy dtype";

/** Of the flags of a dtype: its items are references to objects. */
const HAS_OBJECTS = 1;

const DTYPE_FLAGS = 7;

/** What follows the opcodes: the plain bytes of an array, perhaps behind padding, or a pickle of its own for an array of objects. */
export type FollowingArray = { kind: "bytes"; length: number; padded: boolean } | { kind: "pickle" };

/** Classes whose objects must be looked into. */
export function tellsOfArrays(className: string): boolean {
  return className === DTYPE || ARRAY_WRAPPERS.includes(className);
}

export function announcesArray(value: PickleValue): value is PickleObject {
  return value instanceof PickleObject && ARRAY_WRAPPERS.includes(value.className);
}

/** Undefined where the announcement does not say plainly what follows. */
export function followingArray(wrapper: PickleObject): FollowingArray | undefined {
  const { state } = wrapper;
  if (!(state instanceof PickleDict)) return undefined;
  const item = itemOf(state.get("dtype"));
  if (item === undefined) return undefined;
  if (item.hasObjects) return { kind: "pickle" };
  const count = itemCount(state.get("shape"));
  if (count === undefined) return undefined;
  return {
    kind: "bytes",
    length: count * item.bytes,
    padded: typeof state.get("numpy_array_alignment_bytes") === "number",
  };
}

function itemCount(shape: PickleValue | undefined): number | undefined {
  if (!(shape instanceof PickleTuple)) return undefined;
  let count = 1;
  for (const length of shape.items) {
    if (typeof length !== "number" || length < 0) return undefined;
    count *= length;
  }
  return count;
}

/** `numpy.dtype("f8", False, True)` with a state of which the eighth item are flags. */
function itemOf(dtype: PickleValue | undefined): { bytes: number; hasObjects: boolean } | undefined {
  if (!(dtype instanceof PickleObject && dtype.className === DTYPE && dtype.args instanceof PickleTuple))
    return undefined;
  const code = dtype.args.items[0];
  const [, kind, digits] = (typeof code === "string" && /^[<>=|]?([a-zA-Z])(\d{1,9})$/.exec(code)) || [];
  const flags = dtype.state instanceof PickleTuple ? dtype.state.items[DTYPE_FLAGS] : undefined;
  if (kind === undefined || typeof flags !== "number") return undefined;
  return { bytes: Number(digits) * (kind === "U" ? 4 : 1), hasObjects: (flags & HAS_OBJECTS) !== 0 };
}
