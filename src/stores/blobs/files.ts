import { open } from "node:fs/promises";
import { CoreError } from "../../core/errors.ts";

/** Read and written by the server's own user, whatever the umask says. */
export const PRIVATE_FILE = 0o600;

/** Only the server's own user reads what clients have stored. */
export const PRIVATE_DIRECTORY = 0o700;

/** A rename is durable when the directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined where the file does not exist. */
export async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** The disk is full, the user's quota is used up, the file system takes no file of this size. */
const NO_SPACE_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT", "EFBIG"];

/** Throws `noSpace` where the disk has no room for what `work` writes. */
export async function needingSpace<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw NO_SPACE_CODES.includes(codeOf(error)) ? new CoreError("noSpace", { reason: NO_SPACE }) : error;
  }
}

const NO_SPACE =
  "The server has no room left for files, so nothing was stored. Make room on its disk, or ask for it, then send this again.";

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
