/** The registry that is copied can't be read; the message says why and what to do. */
export class SourceError extends Error {
  override readonly name = "SourceError";
}
