import { CoreError, type CoreErrorData, type CoreErrorKind, type EntityName } from "../../core/errors.ts";
import { toJson } from "../../core/json.ts";
import type { RouteAnswer, ServerRefusal } from "../route.ts";

/** What a problem can be, with the status that it is answered with. */
const STATUS = {
  "invalid-value": 400,
  "digest-mismatch": 400,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "already-exists": 409,
  "wrong-state": 409,
  "too-large": 413,
  "unsupported-version": 412,
  "unsupported-media-type": 415,
  "checksum-mismatch": 460,
  damaged: 500,
  internal: 500,
  unsupported: 501,
  unavailable: 503,
  "no-space": 507,
} as const;

export type ProblemCode = keyof typeof STATUS;

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  460: "Checksum Mismatch",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** A refusal as RFC 9457 has it: `detail` is a sentence that says what to do, `field` names the one that is wrong. */
export interface Problem {
  code: ProblemCode;
  detail: string;
  field?: string;
}

/** A refusal in this API's own terms. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** The short way to the most frequent refusal. */
export function invalidValue(field: string, detail: string): ProblemError {
  return new ProblemError({ code: "invalid-value", field, detail });
}

type Problems = { readonly [Kind in CoreErrorKind]: (data: CoreErrorData[Kind]) => Problem };

/** How each refusal of the core looks; total, so that a new kind does not compile until it is here. */
const PROBLEMS: Problems = {
  notFound: ({ entity, by, value, of }) => ({
    code: "not-found",
    detail: `There is no ${entity} with the ${by} '${value}'${of === undefined ? "" : ` in '${of}'`}.`,
  }),
  ambiguous: ({ entity, by, value }) => ({
    code: "already-exists",
    detail: `There is more than one ${entity} with the ${by} '${value}'.`,
  }),
  alreadyExists: alreadyExists,
  invalidValue: ({ field, reason }) => ({ code: "invalid-value", field, detail: reason }),
  wrongState: ({ entity, id, required, actual }) => ({
    code: "wrong-state",
    detail: `The ${entity} ${id} has to be ${required}, but is ${actual}.`,
  }),
  immutable: ({ entity, owner }) => ({ code: "wrong-state", detail: `The ${entity} of ${owner} can't be changed.` }),
  notAFile: ({ path }) => ({
    code: "invalid-value",
    field: "path",
    detail: `'${path}' is a folder. Ask for one of its files, or for the archive of all.`,
  }),
  tooLarge: ({ what, limit, unit }) => ({
    code: "too-large",
    detail: `${what} is larger than the limit of ${limit} ${unit}.`,
  }),
  digestMismatch: ({ expected, actual }) => ({
    code: "digest-mismatch",
    detail: `The bytes have the SHA-256 ${actual}, not ${expected} as promised. Nothing was kept: send them again.`,
  }),
  damaged: ({ digest }) => ({
    code: "damaged",
    detail: `The bytes with the SHA-256 ${digest} are damaged and are not given out. Upload them again to mend them.`,
  }),
  noSpace: ({ reason }) => ({ code: "no-space", detail: reason }),
  unavailable: ({ reason }) => ({ code: "unavailable", detail: reason }),
  unsupported: ({ reason }) => ({ code: "unsupported", detail: reason }),
};

function alreadyExists({ entity, name, by, of }: CoreErrorData["alreadyExists"]): Problem {
  const detail =
    by === "externalId"
      ? `The id '${name}' is taken by another ${entity}. Choose another id, or delete that one.`
      : `There is a ${entity} '${name}' already${of === undefined ? "" : ` of this model (${of})`}, which may be archived. Choose another, or delete that one for good.`;
  return {
    code: "already-exists",
    field: takenField(entity, by),
    detail,
  };
}

function takenField(entity: EntityName, by: "externalId" | undefined): string {
  if (by === "externalId") return "id";
  return entity === "model version" ? "version" : "name";
}

/** The answer to a refusal; undefined for an error that is none. */
export function errorAnswer(error: unknown): RouteAnswer | undefined {
  if (error instanceof ProblemError) return problemAnswer(error.problem);
  if (!(error instanceof CoreError)) return undefined;
  return problemAnswer((PROBLEMS[error.kind as CoreErrorKind] as (data: unknown) => Problem)(error.data));
}

const REFUSALS: Readonly<Record<ServerRefusal, ProblemCode>> = {
  "bad-request": "invalid-value",
  "bad-url": "invalid-value",
  forbidden: "forbidden",
  "not-found": "not-found",
  "method-not-allowed": "method-not-allowed",
  "bad-content-type": "unsupported-media-type",
  "too-large": "too-large",
  internal: "internal",
};

/** The server's own refusals in this API's words. */
export function refuse(refusal: ServerRefusal, message: string): RouteAnswer {
  return problemAnswer({ code: REFUSALS[refusal], detail: message });
}

function problemAnswer({ code, detail, field }: Problem): RouteAnswer {
  const status = STATUS[code];
  const problem = { type: "about:blank", title: TITLES[status], status, code, detail, ...(field && { field }) };
  return { status, headers: { "content-type": "application/problem+json" }, body: toJson(problem) };
}
