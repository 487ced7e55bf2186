import type { RecordKind, RecordOf } from "../../core/model/records.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import type { FilterFields } from "./filter/filter-fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { type ResourceNames, resourceOperations } from "./resource-operations.ts";
import type { RequiredValuesOf, ResourceSchema, ValuesOf } from "./schema/fields.ts";
import { parseBody } from "./wire/body.ts";
import { parseChildFindQuery, parseFindQuery } from "./wire/find-query.ts";
import { parseListQuery } from "./wire/list-query.ts";

/** A resource whose things are records of one kind, as far as its operations differ from those of the others. */
export interface RecordResource<Kind extends RecordKind, Schema extends ResourceSchema> extends ResourceNames {
  readonly kind: Kind;
  readonly schema: Schema;
  readonly filterFields: FilterFields;
  toWire(record: RecordOf[Kind]): object;
  create(context: OperationContext, values: RequiredValuesOf<Schema>): Promise<RecordOf[Kind]>;
  update(context: OperationContext, id: number, values: ValuesOf<Schema>): Promise<RecordOf[Kind]>;
  remove(context: OperationContext, id: number): Promise<void>;
}

/** The operations of resources whose things are records. */
export function recordOperations<Kind extends RecordKind, Schema extends ResourceSchema>(
  resource: RecordResource<Kind, Schema>,
): KubeflowOperation[] {
  const { kind, schema, filterFields, paths, parent, toWire } = resource;
  const parseFind = parent === undefined ? parseFindQuery : parseChildFindQuery;
  return resourceOperations({
    ...resource,
    handlers: {
      find: async (context, { query }) => ({ body: toWire(await findRecord(context, kind, parseFind(query))) }),
      async list(context, { query }) {
        const list = parseListQuery(query, filterFields, paths.many);
        return { body: list.answer(await listRecords(context, kind, list.query), toWire) };
      },
      get: async (context, { id }) => ({ body: toWire(await getRecord(context, kind, id())) }),
      create: async (context, { fields }) => ({
        body: toWire(await resource.create(context, parseBody(schema, "create", fields()))),
      }),
      async update(context, { id, fields }) {
        const values = parseBody(schema, "update", fields());
        return { body: toWire(await resource.update(context, id(), values)) };
      },
      async remove(context, { id }) {
        await resource.remove(context, id());
        return {};
      },
    },
  });
}
