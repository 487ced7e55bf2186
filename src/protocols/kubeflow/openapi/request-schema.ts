import { inPlace, type JsonSchema } from "../../json-schema.ts";
import { parameterSchema } from "../../openapi.ts";
import type { Resources } from "../schema/fields.ts";
import type { BodyKind } from "../wire/body.ts";
import type { QueryParameter } from "../wire/query.ts";
import { queryParameter } from "./parameters.ts";
import { resourcesSchema } from "./resource-schemas.ts";

/** What a request can say: in its body, or in its query where it has none. */
export function requestSchema({
  query = [],
  body,
}: {
  readonly query?: readonly QueryParameter[];
  readonly body?: { readonly kind: BodyKind; readonly of: Resources };
}): JsonSchema {
  if (body) return resourcesSchema(body.of, body.kind, inPlace);
  const properties = query.map((name): [string, JsonSchema] => [name, parameterSchema(queryParameter(name, inPlace))]);
  return { type: "object", properties: Object.fromEntries(properties) };
}
