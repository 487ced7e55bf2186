/** What went wrong, as one word: the codes of the server's problems (RFC 9457), and those of the way to it. */
export type ErrorCode =
  | "invalid-value"
  | "digest-mismatch"
  | "not-found"
  | "already-exists"
  | "wrong-state"
  | "too-large"
  | "unsupported-media-type"
  | "range"
  | "damaged"
  | "no-space"
  | "unavailable"
  | "internal"
  | "unsupported"
  | "unauthorized"
  | "forbidden"
  | "connection"
  | "timeout"
  | "unexpected-answer";

export interface ErrorDetails {
  /** HTTP status, where the server answered. */
  status?: number;
  /** The one field of the request that is wrong, where it is one. */
  field?: string;
  cause?: unknown;
}

/**
 * Every failure of this client, but for what an `AbortSignal` gives as its reason, which is thrown as it is. `message` is a sentence that
 * says what to do. Catch the subclasses, or look at `code`.
 */
export class ModelRegistryError extends Error {
  override readonly name: string = "ModelRegistryError";
  readonly code: ErrorCode;
  /** HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** The one field of the request that is wrong, where it is one. */
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, { status, field, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.field = field;
  }
}

/** A value breaks a rule; `field` says which. HTTP 400. */
export class InvalidValueError extends ModelRegistryError {
  override readonly name = "InvalidValueError";
  declare readonly code: "invalid-value";
}

/** The bytes that came are not those that were promised, on the way up (HTTP 400) or down. Nothing was kept of an upload. */
export class DigestMismatchError extends ModelRegistryError {
  override readonly name = "DigestMismatchError";
  declare readonly code: "digest-mismatch";
}

/** There is nothing under this id, name or path. HTTP 404. */
export class NotFoundError extends ModelRegistryError {
  override readonly name = "NotFoundError";
  declare readonly code: "not-found";
}

/** The id, the name or the version is taken. HTTP 409. */
export class AlreadyExistsError extends ModelRegistryError {
  override readonly name = "AlreadyExistsError";
  declare readonly code: "already-exists";
}

/** It exists, but not in the state that the operation needs. HTTP 409. */
export class WrongStateError extends ModelRegistryError {
  override readonly name = "WrongStateError";
  declare readonly code: "wrong-state";
}

/** More bytes or items than the server takes. HTTP 413. */
export class TooLargeError extends ModelRegistryError {
  override readonly name = "TooLargeError";
  declare readonly code: "too-large";
}

/** The range begins behind the last byte. HTTP 416. */
export class RangeNotSatisfiableError extends ModelRegistryError {
  override readonly name = "RangeNotSatisfiableError";
  declare readonly code: "range";
}

/** The bytes that the server keeps are not those that were stored; it doesn't give them out. HTTP 500. */
export class DamagedError extends ModelRegistryError {
  override readonly name = "DamagedError";
  declare readonly code: "damaged";
}

/** The server has no room left. Nothing was kept. HTTP 507. */
export class NoSpaceError extends ModelRegistryError {
  override readonly name = "NoSpaceError";
  declare readonly code: "no-space";
}

/** The server, or what it keeps its data in, can't answer now; every retry failed. HTTP 429, 502, 503, 504. */
export class UnavailableError extends ModelRegistryError {
  override readonly name = "UnavailableError";
  declare readonly code: "unavailable";
}

/** The server asks for a token, or does not know this one. HTTP 401. */
export class UnauthorizedError extends ModelRegistryError {
  override readonly name = "UnauthorizedError";
  declare readonly code: "unauthorized";
}

/** The server knows who asks, and refuses. HTTP 403; also for pages of an origin that is not in its `--allowed-origins`. */
export class ForbiddenError extends ModelRegistryError {
  override readonly name = "ForbiddenError";
  declare readonly code: "forbidden";
}

/** No answer: the server can't be reached, or the connection broke and every retry failed. `cause` is what `fetch` threw. */
export class ConnectionError extends ModelRegistryError {
  override readonly name = "ConnectionError";
  declare readonly code: "connection";
}

/** The server was silent for longer than `timeoutMs`, and every retry failed. */
export class TimeoutError extends ModelRegistryError {
  override readonly name = "TimeoutError";
  declare readonly code: "timeout";
}

const CLASSES: Readonly<Partial<Record<ErrorCode, typeof ModelRegistryError>>> = {
  "invalid-value": InvalidValueError,
  "digest-mismatch": DigestMismatchError,
  "not-found": NotFoundError,
  "already-exists": AlreadyExistsError,
  "wrong-state": WrongStateError,
  "too-large": TooLargeError,
  range: RangeNotSatisfiableError,
  damaged: DamagedError,
  "no-space": NoSpaceError,
  unavailable: UnavailableError,
  unauthorized: UnauthorizedError,
  forbidden: ForbiddenError,
  connection: ConnectionError,
  timeout: TimeoutError,
};

/** The error of the class that belongs to the code. */
export function makeError(code: ErrorCode, message: string, details: ErrorDetails = {}): ModelRegistryError {
  return new (CLASSES[code] ?? ModelRegistryError)(code, message, details);
}
