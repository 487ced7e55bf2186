import { defaultFieldResolver, type GraphQLFieldResolver, getNullableType, isListType, isScalarType } from "graphql";

/** Protobuf's default of each scalar: what upstream answers where a REST message has left a field out. */
const SCALAR_DEFAULTS: Readonly<Record<string, unknown>> = { String: "", LongString: "0", Boolean: false, Float: 0 };

/** Fields of a message that is there: the values that REST leaves out are their protobuf defaults, and NaN is null. */
export const resolveField: GraphQLFieldResolver<unknown, unknown> = (source, arguments_, context, info) => {
  const value = defaultFieldResolver(source, arguments_, context, info);
  const type = getNullableType(info.returnType);
  if (isScalarType(type) && type.name === "Float" && value === "NaN") return null;
  if (value !== undefined) return value;
  if (isListType(type)) return [];
  return isScalarType(type) ? SCALAR_DEFAULTS[type.name] : undefined;
};
