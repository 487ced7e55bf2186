import { CoreError } from "../../../core/errors.ts";

/** SQLite's result codes: SQLITE_FULL, and SQLITE_IOERR_SHMSIZE, where the index of its log can't grow. */
const NO_SPACE_CODES = [13, 4874];

const NO_SPACE =
  "The server has no room left for records, so nothing was changed. Make room on its disk, or ask for it, then send this again.";

/** Throws `noSpace` where the disk has no room for what `work` writes. */
export function needingSpace<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isNoSpace(error) ? new CoreError("noSpace", { reason: NO_SPACE }) : error;
  }
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && NO_SPACE_CODES.includes(Number(error.errcode));
}
