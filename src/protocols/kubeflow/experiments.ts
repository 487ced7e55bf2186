import type { ExperimentRecord } from "../../core/model/records.ts";
import {
  createExperimentRecord,
  type ExperimentChanges,
  type NewExperimentRecord,
  purgeExperiment,
  updateExperimentRecord,
} from "../../core/ops/experiment-records.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import { v1alpha3 } from "./api-versions.ts";
import { experimentFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { experimentSchema } from "./schema/experiment.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { parseBody } from "./wire/body.ts";
import { parseFindQuery } from "./wire/find-query.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreProperties } from "./wire/metadata-values.ts";
import { toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const experimentOperations: readonly KubeflowOperation[] = [
  {
    name: "findExperiment",
    summary: "Find an experiment by its name or its external id",
    method: "GET",
    path: "/experiment",
    permission: "experiment:read",
    versions: [v1alpha3],
    query: ["name", "externalId"],
    answer: { status: 200, of: experimentSchema },
    async handle(context, { query }) {
      return { body: toWireExperiment(await findRecord(context, "experiment", parseFindQuery(query))) };
    },
  },
  {
    name: "getExperiments",
    summary: "List experiments",
    method: "GET",
    path: "/experiments",
    permission: "experiment:read",
    versions: [v1alpha3],
    query: LIST_PARAMETERS,
    answer: { status: 200, of: experimentSchema, list: true },
    async handle(context, { query }) {
      const list = parseListQuery(query, experimentFields, "experiments");
      const page = await listRecords(context, "experiment", list.query);
      return { body: list.answer(page, toWireExperiment) };
    },
  },
  {
    name: "createExperiment",
    summary: "Make an experiment",
    method: "POST",
    path: "/experiments",
    permission: "experiment:write",
    versions: [v1alpha3],
    body: { kind: "create", of: experimentSchema },
    answer: { status: 201, of: experimentSchema },
    async handle(context, { fields }) {
      const values = parseBody(experimentSchema, "create", fields());
      return { body: toWireExperiment(await createExperimentRecord(context, toNewExperiment(values))) };
    },
  },
  {
    name: "getExperiment",
    summary: "Get an experiment",
    method: "GET",
    path: "/experiments/:experimentId",
    permission: "experiment:read",
    versions: [v1alpha3],
    answer: { status: 200, of: experimentSchema },
    async handle(context, { id }) {
      return { body: toWireExperiment(await getRecord(context, "experiment", id())) };
    },
  },
  {
    name: "updateExperiment",
    summary: "Change an experiment",
    method: "PATCH",
    path: "/experiments/:experimentId",
    permission: "experiment:write",
    versions: [v1alpha3],
    body: { kind: "update", of: experimentSchema },
    answer: { status: 200, of: experimentSchema },
    async handle(context, { id, fields }) {
      const changes = toCoreValues(parseBody(experimentSchema, "update", fields()));
      return { body: toWireExperiment(await updateExperimentRecord(context, id(), changes)) };
    },
  },
  {
    name: "deleteExperiment",
    summary: "Remove an archived experiment for good, with its runs",
    method: "DELETE",
    path: "/experiments/:experimentId",
    permission: "experiment:delete",
    versions: [v1alpha3],
    answer: { status: 204 },
    async handle(context, { id }) {
      await purgeExperiment(context, id());
      return {};
    },
  },
];

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
