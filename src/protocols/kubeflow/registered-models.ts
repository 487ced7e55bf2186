import type { RegisteredModelRecord } from "../../core/model/records.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import {
  createRegisteredModelRecord,
  type NewRegisteredModelRecord,
  purgeRegisteredModel,
  type RegisteredModelChanges,
  updateRegisteredModelRecord,
} from "../../core/ops/registered-model-records.ts";
import { badRequest } from "./errors.ts";
import { registeredModelFields } from "./filter/fields.ts";
import { splitAliases, toAliasProperties } from "./native-properties.ts";
import type { KubeflowOperation } from "./operation.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { registeredModelSchema } from "./schema/registered-model.ts";
import { parseBody } from "./wire/body.ts";
import { parseFindQuery } from "./wire/find-query.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreProperties } from "./wire/metadata-values.ts";
import { toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const registeredModelOperations: readonly KubeflowOperation[] = [
  {
    name: "findRegisteredModel",
    summary: "Find a registered model by its name or its external id",
    method: "GET",
    path: "/registered_model",
    permission: "registered-model:read",
    query: ["name", "externalId"],
    answer: { status: 200, of: registeredModelSchema },
    async handle(context, { query }) {
      return { body: toWireRegisteredModel(await findRecord(context, "registeredModel", parseFindQuery(query))) };
    },
  },
  {
    name: "getRegisteredModels",
    summary: "List registered models",
    method: "GET",
    path: "/registered_models",
    permission: "registered-model:read",
    query: LIST_PARAMETERS,
    answer: { status: 200, of: registeredModelSchema, list: true },
    async handle(context, { query }) {
      const list = parseListQuery(query, registeredModelFields, "registered_models");
      const page = await listRecords(context, "registeredModel", list.query);
      return { body: list.answer(page, toWireRegisteredModel) };
    },
  },
  {
    name: "createRegisteredModel",
    summary: "Register a model",
    method: "POST",
    path: "/registered_models",
    permission: "registered-model:write",
    body: { kind: "create", of: registeredModelSchema },
    answer: { status: 201, of: registeredModelSchema },
    async handle(context, { fields }) {
      const values = parseBody(registeredModelSchema, "create", fields());
      const model = await createRegisteredModelRecord(context, toNewRegisteredModel(values));
      return { body: toWireRegisteredModel(model) };
    },
  },
  {
    name: "getRegisteredModel",
    summary: "Get a registered model",
    method: "GET",
    path: "/registered_models/:registeredmodelId",
    permission: "registered-model:read",
    answer: { status: 200, of: registeredModelSchema },
    async handle(context, { id }) {
      return { body: toWireRegisteredModel(await getRecord(context, "registeredModel", id())) };
    },
  },
  {
    name: "updateRegisteredModel",
    summary: "Change a registered model",
    method: "PATCH",
    path: "/registered_models/:registeredmodelId",
    permission: "registered-model:write",
    body: { kind: "update", of: registeredModelSchema },
    answer: { status: 200, of: registeredModelSchema },
    async handle(context, { id, fields }) {
      const changes = toCoreValues(parseBody(registeredModelSchema, "update", fields()));
      return { body: toWireRegisteredModel(await updateRegisteredModelRecord(context, id(), changes)) };
    },
  },
  {
    name: "deleteRegisteredModel",
    summary: "Remove an archived registered model for good, with its versions",
    method: "DELETE",
    path: "/registered_models/:registeredmodelId",
    permission: "registered-model:delete",
    answer: { status: 204 },
    async handle(context, { id }) {
      await purgeRegisteredModel(context, id());
      return {};
    },
  },
];

/** The fields come in the order of the alphabet, as upstream sends them. */
export function toWireRegisteredModel(model: RegisteredModelRecord): object {
  const { aliases, properties } = model;
  const common = toWireRecord(
    aliases.length === 0 ? model : { ...model, properties: [...properties, ...toAliasProperties(aliases)] },
  );
  return {
    ...common,
    language: model.language,
    libraryName: model.libraryName,
    license: model.license,
    licenseLink: model.licenseLink,
    logo: model.logo,
    maturity: model.maturity,
    owner: model.owner,
    provider: model.provider,
    readme: model.readme,
    state: toWireState(model.state),
    tasks: model.tasks,
  };
}

/** Throws 400 for an alias: a model that is new has no version that it could point to. */
export function toNewRegisteredModel(values: RequiredValuesOf<typeof registeredModelSchema>): NewRegisteredModelRecord {
  const { aliases = [], ...given } = toCoreValues(values);
  if (aliases.length > 0) throw badRequest("A model that has no versions yet can't have an alias of one.");
  return { state: "active", properties: [], ...given, name: values.name };
}

function toCoreValues(values: ValuesOf<typeof registeredModelSchema>): RegisteredModelChanges {
  const { name: _name, state, customProperties, id: _id, ...attributes } = values;
  return {
    ...attributes,
    ...(customProperties && splitAliases(toCoreProperties(customProperties))),
    ...(state && { state: toCoreState(state) }),
  };
}
