import { type ErrorCode, type ModelRegistryError, makeError } from "./errors.ts";

/** Codes that the server's problems have (RFC 9457). */
const PROBLEM_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "invalid-value",
  "digest-mismatch",
  "not-found",
  "already-exists",
  "wrong-state",
  "too-large",
  "unsupported-media-type",
  "range",
  "damaged",
  "no-space",
  "unavailable",
  "internal",
  "unsupported",
  "forbidden",
]);

/** The codes of MLflow's REST API, which the operations of registered models, versions, runs and experiments use. */
const MLFLOW_CODES: Readonly<Record<string, ErrorCode>> = {
  RESOURCE_DOES_NOT_EXIST: "not-found",
  RESOURCE_ALREADY_EXISTS: "already-exists",
  INVALID_STATE: "wrong-state",
  INVALID_PARAMETER_VALUE: "invalid-value",
  BAD_REQUEST: "invalid-value",
  PERMISSION_DENIED: "forbidden",
  UNAUTHENTICATED: "unauthorized",
  TEMPORARILY_UNAVAILABLE: "unavailable",
};

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  400: "invalid-value",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  405: "not-found",
  409: "wrong-state",
  410: "not-found",
  413: "too-large",
  415: "unsupported-media-type",
  416: "range",
  423: "wrong-state",
  429: "unavailable",
  501: "unsupported",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
  507: "no-space",
};

/** Longest text of an answer that is no JSON to be shown, in characters: proxies send whole pages. */
const LONGEST_TEXT = 300;

/** What an answer with a status of 400 or more says, whoever wrote it: this server, its MLflow API, or a proxy between. */
export async function problemOf(response: Response): Promise<ModelRegistryError> {
  const text = await response.text().catch(() => "");
  return readProblem(response.status, text);
}

function readProblem(status: number, text: string): ModelRegistryError {
  const { code, detail, field, error_code: mlflowCode, message } = parseObject(text);
  const details = { status, ...(typeof field === "string" && { field }) };
  return makeError(
    codeOf(status, code, mlflowCode),
    textOf(detail) ?? textOf(message) ?? fallbackText(status, text),
    details,
  );
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function codeOf(status: number, code: unknown, mlflowCode: unknown): ErrorCode {
  if (typeof code === "string" && PROBLEM_CODES.has(code)) return code as ErrorCode;
  const known = typeof mlflowCode === "string" ? MLFLOW_CODES[mlflowCode] : undefined;
  return known ?? STATUS_CODES[status] ?? (status >= 500 ? "internal" : "unexpected-answer");
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function fallbackText(status: number, text: string): string {
  const start = text.trim().slice(0, LONGEST_TEXT);
  return start === "" || start.startsWith("<") ? `The server answered with HTTP ${status}.` : start;
}
