import type { ExperimentRecord } from "../../core/model/records.ts";
import {
  createExperimentRecord,
  type ExperimentChanges,
  type NewExperimentRecord,
  purgeExperiment,
  updateExperimentRecord,
} from "../../core/ops/experiment-records.ts";
import { v1alpha3 } from "./api-versions.ts";
import { experimentFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { recordOperations } from "./record-operations.ts";
import { experimentSchema } from "./schema/experiment.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { toCoreProperties } from "./wire/metadata-values.ts";
import { toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const experimentOperations: readonly KubeflowOperation[] = recordOperations({
  kind: "experiment",
  schema: experimentSchema,
  filterFields: experimentFields,
  operations: {
    find: "findExperiment",
    list: "getExperiments",
    create: "createExperiment",
    get: "getExperiment",
    update: "updateExperiment",
    remove: "deleteExperiment",
  },
  called: { article: "an", one: "experiment", many: "experiments" },
  paths: { one: "/experiment", many: "/experiments", id: "experimentId" },
  resource: "experiment",
  versions: [v1alpha3],
  removal: "an archived experiment for good, with its runs",
  toWire: toWireExperiment,
  create: (context, values) => createExperimentRecord(context, toNewExperiment(values)),
  update: (context, id, values) => updateExperimentRecord(context, id, toCoreValues(values)),
  remove: purgeExperiment,
});

function toWireExperiment(experiment: ExperimentRecord): object {
  return {
    ...toWireRecord(experiment),
    owner: experiment.owner,
    state: toWireState(experiment.state),
  };
}

export function toNewExperiment(values: RequiredValuesOf<typeof experimentSchema>): NewExperimentRecord {
  return { state: "active", properties: [], ...toCoreValues(values), name: values.name };
}

function toCoreValues(values: ValuesOf<typeof experimentSchema>): ExperimentChanges {
  const { name: _name, id: _id, state, customProperties, ...attributes } = values;
  return {
    ...attributes,
    ...(customProperties && { properties: toCoreProperties(customProperties) }),
    ...(state && { state: toCoreState(state) }),
  };
}
