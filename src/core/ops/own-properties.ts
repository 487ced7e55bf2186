import { CoreError } from "../errors.ts";
import { OWN_PROPERTY_PREFIX } from "../model/stored-models.ts";

/** Throws `invalidValue` for the key of a tag that only this server writes. */
export function requireClientTag(key: string): void {
  if (!isOwn({ key })) return;
  const reason = `Tags that begin with '${OWN_PROPERTY_PREFIX}' are written by the server. Give '${key}' another name.`;
  throw new CoreError("invalidValue", { field: "tags", reason });
}

/** Without what only this server writes: clients send it along that copy a version, or send back all that they have read. */
export function clientProperties<Item extends { key: string }>(properties: readonly Item[]): Item[] {
  return properties.filter((property) => !isOwn(property));
}

/** Properties as a client wants them, with those of the server as they are. */
export function withOwnProperties<Item extends { key: string }>(
  wanted: readonly Item[],
  existing: readonly Item[],
): Item[] {
  return [...clientProperties(wanted), ...existing.filter(isOwn)];
}

function isOwn({ key }: { key: string }): boolean {
  return key.startsWith(OWN_PROPERTY_PREFIX);
}
