import type { AssetKind } from "./model/assets.ts";

/** What can be the subject of an error. */
export type EntityName =
  | "experiment"
  | "run"
  | "metric"
  | "param"
  | "tag"
  | "dataset"
  | "registered model"
  | "prompt"
  | "model version"
  | "alias"
  | "logged model"
  | "evaluation dataset"
  | "artifact"
  | "upload"
  | "serving environment"
  | "inference service"
  | "serve model"
  | "asset"
  | `${AssetKind} asset`;

/** One attempt to change a write-once value. */
export interface ValueChange {
  key: string;
  oldValue: string;
  newValue: string;
}

/** Every way in which a rule of the core can refuse, with what a protocol needs to say so in its own words. */
export interface CoreErrorData {
  /** Nothing is stored under this identity. `by` names the attribute that was looked up, `of` the parent it was looked up in. */
  notFound: { entity: EntityName; by: string; value: string; of?: string };
  /**
   * The identity is taken; `heldBy` says by what, where that is another kind of entity. `by` names the attribute where it is not the
   * name, `of` the parent within which it is taken.
   */
  alreadyExists: { entity: EntityName; name: string; heldBy?: EntityName; by?: "externalId"; of?: string };
  /** A lookup that must find one found several. */
  ambiguous: { entity: EntityName; by: string; value: string };
  /** A value breaks a rule; `reason` is a sentence that says what to send instead. */
  invalidValue: { field: string; reason: string };
  /** The entity exists, but the operation needs it in another state. */
  wrongState: { entity: EntityName; id: string; required: string; actual: string };
  /** A write-once value was sent again with another content. */
  immutable: { entity: EntityName; owner: string; changes: readonly ValueChange[]; batch: boolean };
  /** The artifact at this path is a directory, where only a file will do. */
  notAFile: { path: string };
  /** More than the configured limit. `limit` and `actual` are in `unit`. */
  tooLarge: { what: string; limit: number; unit: "bytes" | "items" };
  /** The bytes that came are not those that were promised: SHA-256 in lower-case hexadecimal. */
  digestMismatch: { expected: string; actual: string };
  /** The bytes that are kept are not those that were stored; they are not given out. */
  damaged: { digest: string };
  /** There is no room left for bytes; nothing of them was kept. */
  noSpace: { reason: string };
  /** What the bytes or records are kept in does not answer, or refuses this server; later it may work. `reason` is safe to show. */
  unavailable: { reason: string };
  /** This deployment cannot do it; `reason` says what would. */
  unsupported: { reason: string };
}

export type CoreErrorKind = keyof CoreErrorData;

/** A refusal by a rule. Protocols turn it into their own status, code and words. */
export class CoreError<Kind extends CoreErrorKind = CoreErrorKind> extends Error {
  override readonly name = "CoreError";
  readonly kind: Kind;
  readonly data: CoreErrorData[Kind];

  constructor(kind: Kind, data: CoreErrorData[Kind]) {
    super(`${kind} ${JSON.stringify(data)}`);
    this.kind = kind;
    this.data = data;
  }
}

/** Narrows an error to one kind, so that its data is typed. */
export function isCoreError<Kind extends CoreErrorKind>(error: unknown, kind: Kind): error is CoreError<Kind> {
  return error instanceof CoreError && error.kind === kind;
}

/** Returns `value`, or throws `notFound` where it is absent. */
export function found<T>(value: T | undefined, data: CoreErrorData["notFound"]): T {
  if (value === undefined) throw new CoreError("notFound", data);
  return value;
}
