/** Renames the keys of a JSON value, all the way down. */
export const toCamelCase = (value: unknown) =>
  renameKeys(value, (key) => key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()));

export const toSnakeCase = (value: unknown) =>
  renameKeys(value, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

function renameKeys(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renameKeys(item, rename)]));
}
