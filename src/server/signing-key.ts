import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";

/** Bytes of the key, as many as those of the digest that is made with it. */
const KEY_SIZE = 32;

/** The key that this registry signs requests with, made where there is none. Only the server's own user reads it. */
export async function readSigningKey(path: string): Promise<Uint8Array> {
  const key = await readFile(path).catch(() => undefined);
  if (key?.length === KEY_SIZE) return key;
  const made = randomBytes(KEY_SIZE);
  const handle = await open(path, "w", 0o600);
  try {
    await handle.writeFile(made);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return made;
}
