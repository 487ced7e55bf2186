import type { RunRecord } from "../../core/model/records.ts";
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
import { recordOperations } from "./record-operations.ts";
import { experimentRunSchema } from "./schema/experiment-run.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { parseBody } from "./wire/body.ts";
import { CHILD_LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreProperties } from "./wire/metadata-values.ts";
import { toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const experimentRunOperations: readonly KubeflowOperation[] = [
  ...recordOperations({
    kind: "run",
    schema: experimentRunSchema,
    filterFields: experimentRunFields,
    operations: {
      find: "findExperimentRun",
      list: "getExperimentRuns",
      create: "createExperimentRun",
      get: "getExperimentRun",
      update: "updateExperimentRun",
      remove: "deleteExperimentRun",
    },
    called: { article: "a", one: "run", many: "runs of all experiments" },
    paths: { one: "/experiment_run", many: "/experiment_runs", id: "experimentrunId" },
    resource: "run",
    versions: [v1alpha3],
    parent: "an experiment",
    removal: "an archived run for good, with everything that was logged to it",
    toWire: toWireRun,
    create: (context, values) => createRunRecord(context, toNewRun(values.experimentId, values)),
    update: (context, id, values) => updateRunRecord(context, id, toCoreChanges(values)),
    remove: purgeRun,
  }),
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
