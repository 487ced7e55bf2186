/** Kinds of things that are copied. */
export const IMPORT_KINDS = ["model"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
