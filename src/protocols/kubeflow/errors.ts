import { CoreError, type CoreErrorData, type CoreErrorKind, type EntityName } from "../../core/errors.ts";
import type { RouteAnswer, ServerRefusal } from "../route.ts";
import { jsonAnswer } from "./wire/answer.ts";

/** The code of an error is the reason phrase of its status; a missing field has its own status, but the code of a bad request. */
const CODES = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Request Entity Too Large",
  422: "Bad Request",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

type Status = keyof typeof CODES;

/** A refusal in the contract's own terms. */
export class KubeflowError extends Error {
  override readonly name: string = "KubeflowError";
  readonly status: Status;

  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}

/** The short way to the most frequent refusal. */
export function badRequest(message: string): KubeflowError {
  return new KubeflowError(400, message);
}

/** What a request must have and has not, or has empty. */
export function missingField(field: string): KubeflowError {
  return new KubeflowError(422, `required field '${field}' is zero value.`);
}

interface Description<Kind extends CoreErrorKind> {
  status: Status;
  message(data: CoreErrorData[Kind]): string;
}

/** The core's lifecycle stages in the contract's words; other states are the same in both. */
const WIRE_STATES = new Map([
  ["active", "LIVE"],
  ["deleted", "ARCHIVED"],
]);

function wireState(state: string): string {
  return WIRE_STATES.get(state) ?? state;
}

/** What the core calls an asset is an artifact in the contract, and a document one of the type `doc-artifact`. */
function wireEntity(entity: EntityName): string {
  return entity.replace("document asset", "doc asset").replace(/asset$/, "artifact");
}

/** How each refusal of the core looks; total, so that a new kind does not compile until it is here. */
const DESCRIPTIONS: { readonly [Kind in CoreErrorKind]: Description<Kind> } = {
  notFound: {
    status: 404,
    message: ({ entity, by, value }) => `no ${wireEntity(entity)} found for ${by} ${value}: not found`,
  },
  ambiguous: {
    status: 404,
    message: ({ entity, by, value }) => `multiple ${wireEntity(entity)}s found for ${by} ${value}: not found`,
  },
  alreadyExists: {
    status: 409,
    message: ({ entity, name, by = "name", of }) =>
      `${wireEntity(entity)} with ${by} ${name}${of === undefined ? "" : ` in parent ${of}`} already exists: conflict`,
  },
  invalidValue: { status: 400, message: ({ field, reason }) => `invalid ${field}: ${reason}: bad request` },
  wrongState: {
    status: 409,
    message: ({ entity, id, required, actual }) =>
      `${wireEntity(entity)} ${id} must be ${wireState(required)}, but is ${wireState(actual)}: conflict`,
  },
  immutable: { status: 409, message: ({ entity, owner }) => `${entity} of ${owner} can't be changed: conflict` },
  notAFile: { status: 400, message: ({ path }) => `${path} is a directory: bad request` },
  tooLarge: { status: 413, message: ({ what, limit, unit }) => `${what} is larger than ${limit} ${unit}` },
  digestMismatch: {
    status: 400,
    message: ({ expected, actual }) => `the bytes have the SHA-256 ${actual}, not ${expected}: bad request`,
  },
  damaged: { status: 500, message: ({ digest }) => `the bytes with the SHA-256 ${digest} are damaged: internal error` },
  noSpace: { status: 503, message: ({ reason }) => `${reason}: service unavailable` },
  unavailable: { status: 503, message: ({ reason }) => `${reason}: service unavailable` },
  unsupported: { status: 400, message: ({ reason }) => `${reason}: bad request` },
};

/** The contract's error body; undefined for an error that is not a refusal. */
export function errorAnswer(error: unknown): RouteAnswer | undefined {
  if (error instanceof KubeflowError) return refusal(error.status, error.message);
  if (!(error instanceof CoreError)) return undefined;
  return describe(error as CoreError);
}

function describe<Kind extends CoreErrorKind>({ kind, data }: CoreError<Kind>): RouteAnswer {
  const { status, message } = DESCRIPTIONS[kind] as Description<Kind>;
  return refusal(status, message(data));
}

const STATUS_OF_REFUSAL: Readonly<Record<ServerRefusal, Status>> = {
  "bad-content-type": 400,
  "bad-request": 400,
  "bad-url": 400,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "too-large": 413,
  internal: 500,
};

/** The contract's error body for what the server itself refuses. */
export function refuse(refused: ServerRefusal, message: string): RouteAnswer {
  return refusal(STATUS_OF_REFUSAL[refused], message);
}

function refusal(status: Status, message: string): RouteAnswer {
  return jsonAnswer(status, { code: CODES[status], message });
}
