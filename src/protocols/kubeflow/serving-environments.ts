import type { ServingEnvironmentRecord } from "../../core/model/records.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import {
  createServingEnvironment,
  deleteServingEnvironment,
  type NewServingEnvironment,
  updateServingEnvironment,
} from "../../core/ops/serving-environments.ts";
import { servingEnvironmentFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import type { RequiredValuesOf } from "./schema/fields.ts";
import { servingEnvironmentSchema } from "./schema/serving-environment.ts";
import { parseBody } from "./wire/body.ts";
import { parseFindQuery } from "./wire/find-query.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreRecord, toWireRecord } from "./wire/records.ts";

export const servingEnvironmentOperations: readonly KubeflowOperation[] = [
  {
    name: "findServingEnvironment",
    summary: "Find a serving environment by its name or its external id",
    method: "GET",
    path: "/serving_environment",
    permission: "serving-environment:read",
    query: ["name", "externalId"],
    answer: { status: 200, of: servingEnvironmentSchema },
    async handle(context, { query }) {
      return { body: toWireRecord(await findRecord(context, "servingEnvironment", parseFindQuery(query))) };
    },
  },
  {
    name: "getServingEnvironments",
    summary: "List serving environments",
    method: "GET",
    path: "/serving_environments",
    permission: "serving-environment:read",
    query: LIST_PARAMETERS,
    answer: { status: 200, of: servingEnvironmentSchema, list: true },
    async handle(context, { query }) {
      const list = parseListQuery(query, servingEnvironmentFields, "serving_environments");
      const page = await listRecords(context, "servingEnvironment", list.query);
      return { body: list.answer<ServingEnvironmentRecord, object>(page, toWireRecord) };
    },
  },
  {
    name: "createServingEnvironment",
    summary: "Make a serving environment",
    method: "POST",
    path: "/serving_environments",
    permission: "serving-environment:write",
    body: { kind: "create", of: servingEnvironmentSchema },
    answer: { status: 201, of: servingEnvironmentSchema },
    async handle(context, { fields }) {
      const environment = toNewEnvironment(parseBody(servingEnvironmentSchema, "create", fields()));
      return { body: toWireRecord(await createServingEnvironment(context, environment)) };
    },
  },
  {
    name: "getServingEnvironment",
    summary: "Get a serving environment",
    method: "GET",
    path: "/serving_environments/:servingenvironmentId",
    permission: "serving-environment:read",
    answer: { status: 200, of: servingEnvironmentSchema },
    async handle(context, { id }) {
      return { body: toWireRecord(await getRecord(context, "servingEnvironment", id())) };
    },
  },
  {
    name: "updateServingEnvironment",
    summary: "Change a serving environment",
    method: "PATCH",
    path: "/serving_environments/:servingenvironmentId",
    permission: "serving-environment:write",
    body: { kind: "update", of: servingEnvironmentSchema },
    answer: { status: 200, of: servingEnvironmentSchema },
    async handle(context, { id, fields }) {
      const changes = toCoreRecord(parseBody(servingEnvironmentSchema, "update", fields()));
      return { body: toWireRecord(await updateServingEnvironment(context, id(), changes)) };
    },
  },
  {
    name: "deleteServingEnvironment",
    summary: "Remove a serving environment that has no inference services",
    method: "DELETE",
    path: "/serving_environments/:servingenvironmentId",
    permission: "serving-environment:delete",
    answer: { status: 204 },
    async handle(context, { id }) {
      await deleteServingEnvironment(context, id());
      return {};
    },
  },
];

export function toNewEnvironment({
  name,
  ...values
}: RequiredValuesOf<typeof servingEnvironmentSchema>): NewServingEnvironment {
  return { properties: [], ...toCoreRecord(values), name };
}
