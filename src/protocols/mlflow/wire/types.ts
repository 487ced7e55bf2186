import Type, { type Static, type TSchema } from "typebox";
import type { Int64 } from "../../../core/model/values.ts";

/**
 * The field types of MLflow's wire, protobuf messages as JSON. One schema is the TypeScript type, the JSON Schema of the documents, and
 * the source of the lenient request parser (`request-parser.ts`).
 */
export const string = () => Type.String();
export const boolean = () => Type.Boolean();
export const int32 = () => Type.Unsafe<number>({ type: "integer", format: "int32" });
export const int64 = () => Type.Unsafe<Int64>({ type: "integer", format: "int64" });
export const double = () => Type.Unsafe<number>({ type: "number", format: "double" });

/** One of the names of a protobuf enum; the wire also accepts the number, which is the position in `numbers`. */
export const enumeration = <const Names extends Readonly<Record<string, number>>>(numbers: Names) =>
  Type.Unsafe<keyof Names & string>({ type: "string", enum: Object.keys(numbers), "x-numbers": numbers });

export const list = Type.Array;
export const optional = Type.Optional;
export const message = Type.Object;

export type { Static, TSchema };
