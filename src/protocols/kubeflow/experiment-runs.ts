import type { RunRecord } from "../../core/model/records.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import {
  createRunRecord,
  listRunsOfExperiment,
  type NewRunRecord,
  purgeRun,
  type RunRecordChanges,
  updateRunRecord,
} from "../../core/ops/run-records.ts";
import { v1alpha3 } from "./api-versions.ts";
import { experimentRunFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { experimentRunSchema } from "./schema/experiment-run.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { parseBody } from "./wire/body.ts";
import { parseChildFindQuery } from "./wire/find-query.ts";
import { CHILD_LIST_PARAMETERS, LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreProperties } from "./wire/metadata-values.ts";
import { toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const experimentRunOperations: readonly KubeflowOperation[] = [
  {
    name: "findExperimentRun",
    summary: "Find a run by its name and experiment, or by its external id",
    method: "GET",
    path: "/experiment_run",
    permission: "run:read",
    versions: [v1alpha3],
    query: ["name", "externalId", "parentResourceId"],
    answer: { status: 200, of: experimentRunSchema },
    async handle(context, { query }) {
      return { body: toWireRun(await findRecord(context, "run", parseChildFindQuery(query))) };
    },
  },
  {
    name: "getExperimentRuns",
    summary: "List runs of all experiments",
    method: "GET",
    path: "/experiment_runs",
    permission: "run:read",
    versions: [v1alpha3],
    query: LIST_PARAMETERS,
    answer: { status: 200, of: experimentRunSchema, list: true },
    async handle(context, { query }) {
      const list = parseListQuery(query, experimentRunFields, "experiment_runs");
      return { body: list.answer(await listRecords(context, "run", list.query), toWireRun) };
    },
  },
  {
    name: "createExperimentRun",
    summary: "Make a run",
    method: "POST",
    path: "/experiment_runs",
    permission: "run:write",
    versions: [v1alpha3],
    body: { kind: "create", of: experimentRunSchema },
    answer: { status: 201, of: experimentRunSchema },
    async handle(context, { fields }) {
      const values = parseBody(experimentRunSchema, "create", fields());
      return { body: toWireRun(await createRunRecord(context, toNewRun(values.experimentId, values))) };
    },
  },
  {
    name: "getExperimentRun",
    summary: "Get a run",
    method: "GET",
    path: "/experiment_runs/:experimentrunId",
    permission: "run:read",
    versions: [v1alpha3],
    answer: { status: 200, of: experimentRunSchema },
    async handle(context, { id }) {
      return { body: toWireRun(await getRecord(context, "run", id())) };
    },
  },
  {
    name: "updateExperimentRun",
    summary: "Change a run",
    method: "PATCH",
    path: "/experiment_runs/:experimentrunId",
    permission: "run:write",
    versions: [v1alpha3],
    body: { kind: "update", of: experimentRunSchema },
    answer: { status: 200, of: experimentRunSchema },
    async handle(context, { id, fields }) {
      const changes = toCoreChanges(parseBody(experimentRunSchema, "update", fields()));
      return { body: toWireRun(await updateRunRecord(context, id(), changes)) };
    },
  },
  {
    name: "deleteExperimentRun",
    summary: "Remove an archived run for good, with everything that was logged to it",
    method: "DELETE",
    path: "/experiment_runs/:experimentrunId",
    permission: "run:delete",
    versions: [v1alpha3],
    answer: { status: 204 },
    async handle(context, { id }) {
      await purgeRun(context, id());
      return {};
    },
  },
  {
    name: "getExperimentExperimentRuns",
    summary: "List the runs of an experiment",
    method: "GET",
    path: "/experiments/:experimentId/experiment_runs",
    permission: "run:read",
    versions: [v1alpha3],
    query: CHILD_LIST_PARAMETERS,
    answer: { status: 200, of: experimentRunSchema, list: true },
    async handle(context, { id, query }) {
      const experimentId = id();
      const list = parseListQuery(query, experimentRunFields, ["experiment_runs", experimentId]);
      return { body: list.answer(await listRunsOfExperiment(context, experimentId, list.query), toWireRun) };
    },
  },
  {
    name: "createExperimentExperimentRun",
    summary: "Make a run of an experiment; with an id, change that run",
    method: "POST",
    path: "/experiments/:experimentId/experiment_runs",
    permission: "run:write",
    versions: [v1alpha3],
    body: { kind: "full", of: experimentRunSchema },
    answer: { status: 201, of: experimentRunSchema },
    async handle(context, { id, fields }) {
      const experimentId = id();
      const values = parseBody(experimentRunSchema, "full", fields());
      if (values.id === undefined) {
        return { body: toWireRun(await createRunRecord(context, toNewRun(experimentId, values))) };
      }
      return { body: toWireRun(await updateRunRecord(context, values.id, toCoreChanges(values), experimentId)) };
    },
  },
];

export function toNewRun(experimentId: number, values: RequiredValuesOf<typeof experimentRunSchema>): NewRunRecord {
  const { name, startTimeSinceEpoch: startTime } = values;
  return {
    state: "active",
    status: "RUNNING",
    properties: [],
    ...toCoreChanges(values),
    experimentId,
    ...(name !== undefined && { name }),
    ...(startTime !== undefined && { startTime }),
  };
}

/** What of the values an update may change. */
function toCoreChanges(values: ValuesOf<typeof experimentRunSchema>): RunRecordChanges {
  const {
    id: _id,
    name: _name,
    experimentId: _experimentId,
    startTimeSinceEpoch: _startTime,
    endTimeSinceEpoch: endTime,
    state,
    customProperties,
    ...attributes
  } = values;
  return {
    ...attributes,
    ...(endTime !== undefined && { endTime }),
    ...(state && { state: toCoreState(state) }),
    ...(customProperties && { properties: toCoreProperties(customProperties) }),
  };
}

function toWireRun(run: RunRecord): object {
  return {
    ...toWireRecord(run),
    endTimeSinceEpoch: toText(run.endTime),
    experimentId: String(run.experimentId),
    owner: run.owner,
    startTimeSinceEpoch: toText(run.startTime),
    state: toWireState(run.state),
    status: run.status,
  };
}

function toText(time: RunRecord["startTime"]): string | undefined {
  return time === undefined ? undefined : String(time);
}
