import type { RegisteredModelRecord } from "../../core/model/records.ts";
import {
  createRegisteredModelRecord,
  type NewRegisteredModelRecord,
  purgeRegisteredModel,
  type RegisteredModelChanges,
  updateRegisteredModelRecord,
} from "../../core/ops/registered-model-records.ts";
import { badRequest } from "./errors.ts";
import { registeredModelFields } from "./filter/fields.ts";
import { splitAliases, withAliasProperties } from "./native-properties.ts";
import type { KubeflowOperation } from "./operation.ts";
import { recordOperations } from "./record-operations.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { registeredModelSchema } from "./schema/registered-model.ts";
import { toCoreProperties } from "./wire/metadata-values.ts";
import { toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const registeredModelOperations: readonly KubeflowOperation[] = recordOperations({
  kind: "registeredModel",
  schema: registeredModelSchema,
  filterFields: registeredModelFields,
  operations: {
    find: "findRegisteredModel",
    list: "getRegisteredModels",
    create: "createRegisteredModel",
    get: "getRegisteredModel",
    update: "updateRegisteredModel",
    remove: "deleteRegisteredModel",
  },
  called: { article: "a", one: "registered model", many: "registered models" },
  paths: { one: "/registered_model", many: "/registered_models", id: "registeredmodelId" },
  resource: "registered-model",
  removal: "an archived registered model for good, with its versions",
  toWire: toWireRegisteredModel,
  create: (context, values) => createRegisteredModelRecord(context, toNewRegisteredModel(values)),
  update: (context, id, values) => updateRegisteredModelRecord(context, id, toCoreValues(values)),
  remove: purgeRegisteredModel,
});

/** The fields come in the order of the alphabet, as upstream sends them. */
export function toWireRegisteredModel(model: RegisteredModelRecord): object {
  const common = toWireRecord({ ...model, properties: withAliasProperties(model.properties, model.aliases) });
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
