import type { JsonSchema, Placement } from "../../json-schema.ts";
import type { JsonContent, Response, ResponseHeader } from "../../openapi.ts";
import type { ApiVersion } from "../api-versions.ts";
import type { KubeflowOperation } from "../operation.ts";
import type { FieldSchema, Resources } from "../schema/fields.ts";
import { listSchema, resourcesSchema } from "./resource-schemas.ts";

const HEADERS: Readonly<Record<string, string>> = {
  deprecation: "`true`: this version of the contract has a successor.",
  sunset: "The earliest day on which a release may leave this version out.",
  link: "Where the successor is.",
};

const SUCCESSES = { 200: "Done.", 201: "Made.", 204: "Removed." };

const ERRORS: Readonly<Record<number, string>> = {
  400: "The request is not as described here.",
  404: "There is no such resource.",
  409: "The name or the external id is taken, or the resource is not in the state that this needs.",
  413: "The body is too large.",
  422: "A field that must be there is missing or empty.",
  500: "The server failed. Its log has the details.",
};

/** What an operation answers, by status. */
export function responsesOf(
  operation: KubeflowOperation,
  version: ApiVersion,
  place: Placement,
): Record<string, Response> {
  const headers = headersOf(version);
  const { answer, alsoAnswers } = operation;
  const successes = [answer.status, ...(alsoAnswers === undefined ? [] : [alsoAnswers])];
  const content = answer.of && json(successSchema(operation, place));
  const error = json(place("Error", errorSchema));
  return Object.fromEntries([
    ...successes.map((status) => [status, { description: SUCCESSES[status], ...headers, ...(content && { content }) }]),
    ...errorsOf(operation).map((status) => [status, { description: ERRORS[status], ...headers, content: error }]),
  ]);
}

function successSchema({ answer: { of = [], list } }: KubeflowOperation, place: Placement): JsonSchema {
  return list ? listSchema(of, place) : resourcesSchema(of, "full", place);
}

/** Which errors can happen follows from what the operation is. */
function errorsOf({ method, body, path, answer }: KubeflowOperation): number[] {
  const creates = method === "POST";
  const looksUp = !creates && !answer.list;
  return [
    400,
    ...(looksUp || path.includes(":") || (creates && hasParent(body?.of)) ? [404] : []),
    ...(method === "GET" ? [] : [409]),
    ...(body === undefined ? [] : [413]),
    ...(creates ? [422] : []),
    500,
  ];
}

/** Whether a resource is made below another one, which must be there. */
function hasParent(resources: Resources = []): boolean {
  const isParent = ({ type, access }: FieldSchema) => type.kind === "id" && access === "create";
  return [resources].flat().some(({ fields }) => Object.values(fields).some(isParent));
}

export function json(schema: JsonSchema): JsonContent {
  return { "application/json": { schema } };
}

function headersOf({ headers }: ApiVersion): Pick<Response, "headers"> {
  const described = Object.keys(headers).map((name): [string, ResponseHeader] => [
    name,
    { description: HEADERS[name] ?? "", required: true, schema: { type: "string" } },
  ]);
  return described.length === 0 ? {} : { headers: Object.fromEntries(described) };
}

const errorSchema: JsonSchema = {
  type: "object",
  description: "Why a request was refused.",
  properties: {
    code: { type: "string", description: "The status in words." },
    message: { type: "string", description: "What is wrong, and what to do." },
  },
  required: ["code", "message"],
};
