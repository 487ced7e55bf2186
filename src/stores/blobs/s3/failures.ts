import { CoreError } from "../../../core/errors.ts";

/** What an error of the SDK says, whichever of its shapes it has. */
interface Failure {
  /** S3's code, Node's, or the error's name. */
  code: string;
  /** HTTP status; undefined: there was no answer. */
  status: number | undefined;
}

const CREDENTIALS = new Set([
  "AccessDenied",
  "Forbidden",
  "InvalidAccessKeyId",
  "XAdminUserNotFound",
  "SignatureDoesNotMatch",
  "ExpiredToken",
  "InvalidToken",
  "TokenRefreshRequired",
  "CredentialsProviderError",
]);
const NO_ROOM = new Set(["XMinioStorageFull", "QuotaExceeded", "InsufficientCapacity", "EntityStorageFull"]);
const REGION = new Set(["AuthorizationHeaderMalformed", "PermanentRedirect", "IllegalLocationConstraintException"]);
const NO_ANSWER = new Set(["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "TimeoutError"]);
const TOO_BUSY = new Set(["SlowDown", "ThrottlingException", "RequestTimeout", "RequestTimeoutException"]);

/**
 * The refusal that an error of the SDK amounts to: `unavailable`, or `noSpace`. Its reason names the setting to look at, and neither
 * addresses nor keys nor what was signed: it goes to clients and to the log.
 */
export function refusalFor(error: unknown): CoreError {
  if (error instanceof CoreError) return error;
  const failure = describe(error);
  if (NO_ROOM.has(failure.code) || failure.status === 507) {
    return new CoreError("noSpace", { reason: `The object storage has no room left (${failure.code}).` });
  }
  return new CoreError("unavailable", { reason: reasonOf(failure) });
}

function reasonOf(failure: Failure): string {
  const { code, status } = failure;
  const what = status === undefined || code === String(status) ? code : `${status} ${code}`;
  if (code === "NoSuchBucket") return `The bucket does not exist (${what}): make it, or name another one with --blobs.`;
  if (code === "RequestTimeTooSkewed")
    return `The object storage has another time than this machine (${what}): set the clock.`;
  if (CREDENTIALS.has(code) || status === 401 || status === 403) {
    return `The object storage refuses the credentials or what they may do (${what}): check MODELREGISTRY_S3_ACCESS_KEY, MODELREGISTRY_S3_SECRET_KEY and the rights of that key.`;
  }
  if (code === "NoRegion") return "No region is known: give --s3-region.";
  if (REGION.has(code) || status === 301) return `The bucket is in another region (${what}): check --s3-region.`;
  if (isCertificateProblem(code))
    return `The certificate of the object storage is not trusted (${what}): check --s3-ca.`;
  if (code === "EPROTO") return `The object storage speaks no TLS there (${what}): check --s3-endpoint.`;
  if (status === undefined)
    return `The object storage does not answer (${what}): check that it runs, and --s3-endpoint.`;
  return `The object storage answers with an error (${what}): its own log says why.`;
}

/** Whether the same request may well succeed a little later. */
export function isTransient(error: unknown): boolean {
  const { code, status } = describe(error);
  if (TOO_BUSY.has(code) || status === 429) return true;
  if (status !== undefined) return status >= 500 && status !== 501 && status !== 507;
  return (
    NO_ANSWER.has(code) ||
    ["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"].includes(code)
  );
}

/** Whether S3's answer has one of these codes or statuses. */
export function isAnswer(error: unknown, ...codes: (string | number)[]): boolean {
  const { code, status } = describe(error);
  return status !== undefined && (codes.includes(code) || codes.includes(status));
}

function isCertificateProblem(code: string): boolean {
  return /CERT|_SIGNED_|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}

function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: String(error), status: undefined };
  const { $metadata, Code, code, cause } = error as Error & {
    $metadata?: { httpStatusCode?: number };
    Code?: string;
    code?: unknown;
    cause?: unknown;
  };
  const status = $metadata?.httpStatusCode;
  if (status !== undefined) return { code: meaningful(Code, error.name) ?? String(status), status };
  if (typeof code === "string") return { code, status };
  if (error.message === "Region is missing") return { code: "NoRegion", status };
  if (cause instanceof Error && "code" in cause) return describe(cause);
  return { code: error.name, status };
}

/** A HEAD's answer has no body, so the SDK knows no code. */
function meaningful(...names: (string | undefined)[]): string | undefined {
  return names.find(
    (name) => name !== undefined && name !== "" && name !== "Unknown" && name !== "UnknownError" && name !== "Error",
  );
}
