import type { Int64 } from "../../../core/model/values.ts";

declare const valueType: unique symbol;
const isOptional = Symbol("optional");

/** JSON Schema, as far as wire types need it. */
export interface WireSchema {
  readonly type: "string" | "boolean" | "integer" | "number" | "array" | "object";
  readonly format?: "int32" | "int64" | "double";
  readonly enum?: readonly string[];
  /** The number of each name of an enum. */
  readonly "x-numbers"?: Readonly<Record<string, number>>;
  readonly items?: WireSchema;
  readonly properties?: Readonly<Record<string, WireSchema>>;
  readonly required?: readonly string[];
}

/**
 * A type of MLflow's wire, protobuf messages as JSON. One value is the TypeScript type (`Static`), the JSON Schema of the documents, and
 * the source of the lenient request parser (`request-parser.ts`).
 */
export interface WireType<Value> extends WireSchema {
  readonly [valueType]?: Value;
}

interface OptionalWireType<Value> extends WireType<Value> {
  readonly [isOptional]: true;
}

/** The TypeScript type of what a wire type describes. */
export type Static<Type> = Type extends WireType<infer Value> ? Value : never;

type Fields = Readonly<Record<string, WireType<unknown>>>;
type OptionalNames<Of extends Fields> = {
  [Name in keyof Of]: Of[Name] extends OptionalWireType<unknown> ? Name : never;
}[keyof Of];
type Message<Of extends Fields> = {
  [Name in Exclude<keyof Of, OptionalNames<Of>>]: Static<Of[Name]>;
} & { [Name in OptionalNames<Of>]?: Static<Of[Name]> };

export const string = (): WireType<string> => ({ type: "string" });
export const boolean = (): WireType<boolean> => ({ type: "boolean" });
export const int32 = (): WireType<number> => ({ type: "integer", format: "int32" });
export const int64 = (): WireType<Int64> => ({ type: "integer", format: "int64" });
export const double = (): WireType<number> => ({ type: "number", format: "double" });

/** One of the names of a protobuf enum; the wire also accepts its number. */
export const enumeration = <const Names extends Readonly<Record<string, number>>>(
  numbers: Names,
): WireType<keyof Names & string> => ({ type: "string", enum: Object.keys(numbers), "x-numbers": numbers });

export const list = <Item>(items: WireType<Item>): WireType<Item[]> => ({ type: "array", items });

/** A field that a message may leave out. */
export const optional = <Value>(type: WireType<Value>): OptionalWireType<Value> => ({ ...type, [isOptional]: true });

export const message = <Of extends Fields>(properties: Of): WireType<Message<Of>> => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !(isOptional in (properties[name] ?? {}))),
});
