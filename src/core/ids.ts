/** A random id of 32 lower-case hexadecimal characters. */
export function newHexId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
