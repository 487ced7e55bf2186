import type { RecordKind, RecordOf } from "../../core/model/records.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import type { ApiVersion } from "./api-versions.ts";
import type { FilterFields } from "./filter/filter-fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import type { RequiredValuesOf, ResourceSchema, ValuesOf } from "./schema/fields.ts";
import { parseBody } from "./wire/body.ts";
import { parseChildFindQuery, parseFindQuery } from "./wire/find-query.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";

/** A resource whose things are records of one kind, as far as its operations differ from those of the others. */
export interface RecordResource<Kind extends RecordKind, Schema extends ResourceSchema> {
  readonly kind: Kind;
  readonly schema: Schema;
  readonly filterFields: FilterFields;
  /** The contract's operationIds. */
  readonly operations: Readonly<Record<"find" | "list" | "create" | "get" | "update" | "remove", string>>;
  /** What one and several are called in sentences, with the article of one. */
  readonly called: { readonly article: "a" | "an"; readonly one: string; readonly many: string };
  /** Paths: to find one, and of all. `id` is the parameter that names one. */
  readonly paths: { readonly one: string; readonly many: string; readonly id: string };
  readonly resource:
    | "registered-model"
    | "model-version"
    | "experiment"
    | "run"
    | "serving-environment"
    | "inference-service";
  /** Where the resource is; both versions where nothing is said. */
  readonly versions?: readonly ApiVersion[];
  /** What a name is unique in, where it is not the kind. */
  readonly parent?: string;
  /** Which ones can be removed, and what goes with them. */
  readonly removal: string;
  toWire(record: RecordOf[Kind]): object;
  create(context: OperationContext, values: RequiredValuesOf<Schema>): Promise<RecordOf[Kind]>;
  update(context: OperationContext, id: number, values: ValuesOf<Schema>): Promise<RecordOf[Kind]>;
  remove(context: OperationContext, id: number): Promise<void>;
}

/** The operations that every such resource has: find, list, create, get, update, and remove, which is this server's addition. */
export function recordOperations<Kind extends RecordKind, Schema extends ResourceSchema>(
  resource: RecordResource<Kind, Schema>,
): KubeflowOperation[] {
  const { versions } = resource;
  const operations = [...readOperations(resource), ...writeOperations(resource)];
  return operations.map((operation) => ({ ...operation, ...(versions && { versions }) }));
}

function readOperations<Kind extends RecordKind, Schema extends ResourceSchema>({
  kind,
  schema,
  filterFields,
  operations,
  called: { article, one, many },
  paths,
  resource,
  parent,
  toWire,
}: RecordResource<Kind, Schema>): KubeflowOperation[] {
  const permission = `${resource}:read` as const;
  const parseFind = parent === undefined ? parseFindQuery : parseChildFindQuery;
  return [
    {
      name: operations.find,
      summary: `Find ${article} ${one} by its name${parent === undefined ? "" : ` within ${parent}`}, or by its external id`,
      method: "GET",
      path: paths.one,
      permission,
      query: ["name", "externalId", ...(parent === undefined ? [] : (["parentResourceId"] as const))],
      answer: { status: 200, of: schema },
      handle: async (context, { query }) => ({ body: toWire(await findRecord(context, kind, parseFind(query))) }),
    },
    {
      name: operations.list,
      summary: `List ${many}`,
      method: "GET",
      path: paths.many,
      permission,
      query: LIST_PARAMETERS,
      answer: { status: 200, of: schema, list: true },
      async handle(context, { query }) {
        const list = parseListQuery(query, filterFields, paths.many);
        return { body: list.answer(await listRecords(context, kind, list.query), toWire) };
      },
    },
    {
      name: operations.get,
      summary: `Get ${article} ${one}`,
      method: "GET",
      path: `${paths.many}/:${paths.id}`,
      permission,
      answer: { status: 200, of: schema },
      handle: async (context, { id }) => ({ body: toWire(await getRecord(context, kind, id())) }),
    },
  ];
}

function writeOperations<Kind extends RecordKind, Schema extends ResourceSchema>({
  schema,
  operations,
  called: { article, one },
  paths,
  resource,
  removal,
  toWire,
  create,
  update,
  remove,
}: RecordResource<Kind, Schema>): KubeflowOperation[] {
  const permission = `${resource}:write` as const;
  return [
    {
      name: operations.create,
      summary: `Make ${article} ${one}`,
      method: "POST",
      path: paths.many,
      permission,
      body: { kind: "create", of: schema },
      answer: { status: 201, of: schema },
      handle: async (context, { fields }) => ({
        body: toWire(await create(context, parseBody(schema, "create", fields()))),
      }),
    },
    {
      name: operations.update,
      summary: `Change ${article} ${one}`,
      method: "PATCH",
      path: `${paths.many}/:${paths.id}`,
      permission,
      body: { kind: "update", of: schema },
      answer: { status: 200, of: schema },
      async handle(context, { id, fields }) {
        const values = parseBody(schema, "update", fields());
        return { body: toWire(await update(context, id(), values)) };
      },
    },
    {
      name: operations.remove,
      summary: `Remove ${removal}`,
      method: "DELETE",
      path: `${paths.many}/:${paths.id}`,
      permission: `${resource}:delete`,
      answer: { status: 204 },
      async handle(context, { id }) {
        await remove(context, id());
        return {};
      },
    },
  ];
}
