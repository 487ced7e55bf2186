/** The bytes are not what their format says. `message` is a sentence that names what is wrong. */
export class DamagedFile extends Error {
  override readonly name = "DamagedFile";
}

/** Reading stopped at one of this server's limits, not at a fault of the file. `message` says which. */
export class LimitReached extends Error {
  override readonly name = "LimitReached";
}

/** The problem as a fact, `damaged` or `incomplete`. Throws what is no problem of the file. */
export function problemFact(error: unknown): { damaged: string } | { incomplete: string } {
  if (error instanceof DamagedFile) return { damaged: error.message };
  if (error instanceof LimitReached) return { incomplete: error.message };
  throw error;
}
