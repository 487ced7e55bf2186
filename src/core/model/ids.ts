/** 32 random hexadecimal characters: the form of every id that the server makes up. */
export function newId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
