import {
  createServingEnvironment,
  deleteServingEnvironment,
  type NewServingEnvironment,
  updateServingEnvironment,
} from "../../core/ops/serving-environments.ts";
import { servingEnvironmentFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { recordOperations } from "./record-operations.ts";
import type { RequiredValuesOf } from "./schema/fields.ts";
import { servingEnvironmentSchema } from "./schema/serving-environment.ts";
import { toCoreRecord, toWireRecord } from "./wire/records.ts";

export const servingEnvironmentOperations: readonly KubeflowOperation[] = recordOperations({
  kind: "servingEnvironment",
  schema: servingEnvironmentSchema,
  filterFields: servingEnvironmentFields,
  operations: {
    find: "findServingEnvironment",
    list: "getServingEnvironments",
    create: "createServingEnvironment",
    get: "getServingEnvironment",
    update: "updateServingEnvironment",
    remove: "deleteServingEnvironment",
  },
  called: { article: "a", one: "serving environment", many: "serving environments" },
  paths: { one: "/serving_environment", many: "/serving_environments", id: "servingenvironmentId" },
  resource: "serving-environment",
  removal: "a serving environment that has no inference services",
  toWire: toWireRecord,
  create: (context, values) => createServingEnvironment(context, toNewEnvironment(values)),
  update: (context, id, values) => updateServingEnvironment(context, id, toCoreRecord(values)),
  remove: deleteServingEnvironment,
});

export function toNewEnvironment({
  name,
  ...values
}: RequiredValuesOf<typeof servingEnvironmentSchema>): NewServingEnvironment {
  return { properties: [], ...toCoreRecord(values), name };
}
