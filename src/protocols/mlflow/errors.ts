import { CoreError, type CoreErrorData, type CoreErrorKind } from "../../core/errors.ts";
import { toJson } from "../../core/json.ts";
import type { RouteAnswer, ServerRefusal } from "../route.ts";
import { coreErrorMessage } from "./error-messages.ts";
import { isModelName } from "./wire/model-names.ts";

/** MLflow's error codes, with the HTTP status that each is sent with. */
const STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  RESOURCE_CONFLICT: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  INVALID_STATE: 400,
  INTERNAL_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;

export type MlflowErrorCode = keyof typeof STATUS;

/** Codes that upstream names differently in `error_class`. */
const ERROR_CLASS: Partial<Record<MlflowErrorCode, string>> = {
  BAD_REQUEST: "INVALID_PARAMETER_VALUE",
  RESOURCE_DOES_NOT_EXIST: "RESOURCE_NOT_FOUND",
};

/** A refusal in MLflow's own terms. */
export class MlflowError extends Error {
  override readonly name = "MlflowError";
  readonly errorCode: MlflowErrorCode;

  constructor(errorCode: MlflowErrorCode, message: string) {
    super(message);
    this.errorCode = errorCode;
  }
}

/** The short way to the most frequent refusal. */
export function invalidParameter(message: string): MlflowError {
  return new MlflowError("INVALID_PARAMETER_VALUE", message);
}

/** The code of each kind of core error; total, so that a new kind does not compile until it is here. */
const CODE_OF_KIND: { [Kind in CoreErrorKind]: MlflowErrorCode } = {
  notFound: "RESOURCE_DOES_NOT_EXIST",
  alreadyExists: "RESOURCE_ALREADY_EXISTS",
  ambiguous: "INVALID_PARAMETER_VALUE",
  invalidValue: "INVALID_PARAMETER_VALUE",
  wrongState: "INVALID_PARAMETER_VALUE",
  immutable: "INVALID_PARAMETER_VALUE",
  notAFile: "INVALID_PARAMETER_VALUE",
  tooLarge: "INVALID_PARAMETER_VALUE",
  digestMismatch: "INVALID_PARAMETER_VALUE",
  damaged: "INTERNAL_ERROR",
  noSpace: "TEMPORARILY_UNAVAILABLE",
  unavailable: "TEMPORARILY_UNAVAILABLE",
  unsupported: "NOT_IMPLEMENTED",
};

/** Turns a core error into MLflow's; every other error passes through. */
function toMlflowError(error: unknown): unknown {
  if (!(error instanceof CoreError)) return error;
  const code = codeOf(error);
  return new MlflowError(code, coreErrorMessage(error));
}

function codeOf(error: CoreError): MlflowErrorCode {
  if (error.kind === "notFound" && cannotBe(error.data as CoreErrorData["notFound"])) return "INVALID_PARAMETER_VALUE";
  if (error.kind === "alreadyExists" && isRepeatedKey(error.data as CoreErrorData["alreadyExists"])) {
    return "BAD_REQUEST";
  }
  return CODE_OF_KIND[error.kind];
}

/** Upstream answers 400 for an alias that no model has, and for a name that it gives to none. */
function cannotBe({ entity, value }: CoreErrorData["notFound"]): boolean {
  return entity === "alias" || (entity === "registered model" && !isModelName(value));
}

/** A key of a logged model that was there already: upstream lets its database refuse it. */
function isRepeatedKey({ entity }: CoreErrorData["alreadyExists"]): boolean {
  return entity === "param" || entity === "tag";
}

/** MLflow's error envelope; undefined for an error that is not a refusal. */
export function errorAnswer(error: unknown): RouteAnswer | undefined {
  const mlflowError = toMlflowError(error);
  if (!(mlflowError instanceof MlflowError)) return undefined;
  return envelope(STATUS[mlflowError.errorCode], mlflowError.errorCode, mlflowError.message);
}

const REFUSALS: Readonly<Record<ServerRefusal, { status: number; errorCode: MlflowErrorCode }>> = {
  "bad-content-type": { status: 400, errorCode: "INVALID_PARAMETER_VALUE" },
  "bad-request": { status: 400, errorCode: "BAD_REQUEST" },
  "bad-url": { status: 400, errorCode: "INVALID_PARAMETER_VALUE" },
  forbidden: { status: 403, errorCode: "PERMISSION_DENIED" },
  "not-found": { status: 404, errorCode: "ENDPOINT_NOT_FOUND" },
  "method-not-allowed": { status: 405, errorCode: "BAD_REQUEST" },
  "too-large": { status: 413, errorCode: "INVALID_PARAMETER_VALUE" },
  internal: { status: 500, errorCode: "INTERNAL_ERROR" },
};

/** Upstream's text for a body that is declared as something else. */
export const CONTENT_TYPE_NOT_JSON = "Bad Request. Content-Type must be one of ['application/json'].";

/** MLflow's envelope for what the server itself refuses. */
export function refuse(refusal: ServerRefusal, message: string): RouteAnswer {
  const { status, errorCode } = REFUSALS[refusal];
  return envelope(status, errorCode, refusal === "bad-content-type" ? CONTENT_TYPE_NOT_JSON : message);
}

/** Clients before 3.0 read `error_code` and `message` alone. */
function envelope(status: number, errorCode: MlflowErrorCode, message: string): RouteAnswer {
  return {
    status,
    headers: { "content-type": "application/json" },
    body: toJson({
      error_code: errorCode,
      message,
      sqlstate: status >= 500 ? "XXM00" : "KAM00",
      error_class: ERROR_CLASS[errorCode] ?? errorCode,
    }),
  };
}
