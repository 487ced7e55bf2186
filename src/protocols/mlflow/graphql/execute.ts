import { buildSchema, execute, GraphQLError, type GraphQLScalarType, parse, validate } from "graphql";
import { invalidParameter } from "../errors.ts";
import { resolveField } from "./field-resolver.ts";
import { exceededLimit, MOST_TOKENS } from "./query-limits.ts";
import type { GraphqlResolvers } from "./resolvers.ts";
import { SCHEMA } from "./schema.ts";

export interface GraphqlRequest {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

/** MLflow's shape: errors are plain texts. */
export interface GraphqlAnswer {
  data: unknown;
  errors: string[] | null;
}

const schema = buildSchema(SCHEMA);
const longString = schema.getType("LongString") as GraphQLScalarType;
longString.coerceOutputValue = (value) => String(value);

/** Runs one query. Throws INVALID_PARAMETER_VALUE for a text that is not GraphQL. */
export async function executeQuery(request: GraphqlRequest, resolvers: GraphqlResolvers): Promise<GraphqlAnswer> {
  const document = parseQuery(request.query);
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { data: null, errors: invalid.map((error) => error.message) };
  const exceeded = exceededLimit(document);
  if (exceeded !== undefined) return { data: null, errors: [exceeded] };
  const { data, errors } = await execute({
    schema,
    document,
    rootValue: resolvers.root,
    fieldResolver: resolveField,
    ...(request.variables && { variableValues: request.variables }),
    ...(request.operationName && { operationName: request.operationName }),
  });
  return { data: data ?? null, errors: errors?.map(publicMessage) ?? null };
}

function parseQuery(query: string) {
  try {
    return parse(query, { maxTokens: MOST_TOKENS });
  } catch (error) {
    throw invalidParameter(`The query is not valid GraphQL. ${error instanceof GraphQLError ? error.message : ""}`);
  }
}

/** What the executor itself says may be shown; what a handler threw may not. */
function publicMessage(error: GraphQLError): string {
  return error.originalError === undefined || error.originalError instanceof GraphQLError
    ? error.message
    : "The server failed to answer this field.";
}
