import type { FieldSchema } from "./fields.ts";

/** Longest name, external id and property key, in characters. */
export const MAXIMUM_NAME_LENGTH = 255;
/** Longest name within a parent: upstream keeps the parent's number before it, and counts that; its tests hold a server to both ends. */
const MAXIMUM_CHILD_NAME_LENGTH = 250;

const text = { kind: "text" } as const;
const nameText = { kind: "text", maximumLength: MAXIMUM_NAME_LENGTH } as const;
const number = { kind: "int64-text" } as const;

/** A text that can be updated. */
export function updatableText<Description extends string>(description: Description) {
  return { type: text, access: "update", description } as const satisfies FieldSchema;
}

/** A number of another resource that only the creator sets. */
export function parentId(description: string) {
  return { type: { kind: "id" }, access: "create", required: true, description } as const satisfies FieldSchema;
}

export function state<const Name extends string, const Values extends readonly string[]>(
  name: Name,
  values: Values,
  initial: Values[number],
) {
  return {
    type: { kind: "enum", name, values, default: initial },
    access: "update",
    description: "Where the resource is in its life.",
  } as const satisfies FieldSchema;
}

/** What every resource has. */
export const resourceFields = {
  customProperties: {
    type: { kind: "properties" },
    access: "update",
    description: "Typed values by key. An update replaces all of them.",
  },
  description: updatableText("A text about the resource."),
  externalId: {
    type: nameText,
    access: "update",
    description: "An id of the client's own choice, unique within the kind of resource.",
  },
  id: { type: { kind: "id" }, access: "identity", description: "Assigned by the server." },
  createTimeSinceEpoch: {
    type: number,
    access: "read-only",
    description: "Milliseconds since 1970 when the resource was made.",
  },
  lastUpdateTimeSinceEpoch: {
    type: number,
    access: "read-only",
    description: "Milliseconds since 1970 when the resource was last changed.",
  },
} as const satisfies Record<string, FieldSchema>;

/** A name that a client must give. */
export const requiredName = {
  type: nameText,
  access: "create",
  required: true,
  description: "Unique within the parent, or within the kind where there is none. It can't be changed.",
} as const satisfies FieldSchema;

/** A name that a client must give, within a parent. */
export const requiredChildName = {
  ...requiredName,
  type: { kind: "text", maximumLength: MAXIMUM_CHILD_NAME_LENGTH },
} as const satisfies FieldSchema;

/** A name that the server gives where the client does not. */
export const optionalName = {
  type: nameText,
  access: "create",
  description: "Unique within the parent; a random UUID where none is given. It can't be changed.",
} as const satisfies FieldSchema;
