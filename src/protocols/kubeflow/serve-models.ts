import type { ServeModelRecord } from "../../core/model/records.ts";
import { listRecords } from "../../core/ops/records.ts";
import { createServeModel, type NewServeModel } from "../../core/ops/serve-models.ts";
import { serveModelFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import type { RequiredValuesOf } from "./schema/fields.ts";
import { serveModelSchema } from "./schema/serve-model.ts";
import { parseBody } from "./wire/body.ts";
import { CHILD_LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreRecord, toWireRecord } from "./wire/records.ts";

/** Serve models are made and listed below their inference service, and have no endpoint of their own. */
export const serveModelOperations: readonly KubeflowOperation[] = [
  {
    name: "getInferenceServiceServes",
    summary: "List what an inference service has served",
    method: "GET",
    path: "/inference_services/:inferenceserviceId/serves",
    permission: "inference-service:read",
    query: CHILD_LIST_PARAMETERS,
    answer: { status: 200, of: serveModelSchema, list: true },
    async handle(context, { id, query }) {
      const parentId = id();
      const list = parseListQuery(query, serveModelFields, ["inference_services", parentId]);
      const page = await listRecords(context, "serveModel", { ...list.query, parentId });
      return { body: list.answer(page, toWireServeModel) };
    },
  },
  {
    name: "createInferenceServiceServe",
    summary: "Note that an inference service serves a version",
    method: "POST",
    path: "/inference_services/:inferenceserviceId/serves",
    permission: "inference-service:write",
    body: { kind: "create", of: serveModelSchema },
    answer: { status: 201, of: serveModelSchema },
    async handle(context, { id, fields }) {
      const inferenceServiceId = id();
      const serve = toNewServe(inferenceServiceId, parseBody(serveModelSchema, "create", fields()));
      return { body: toWireServeModel(await createServeModel(context, serve)) };
    },
  },
];

function toWireServeModel(serve: ServeModelRecord): object {
  return {
    ...toWireRecord(serve),
    lastKnownState: serve.lastKnownState,
    modelVersionId: String(serve.modelVersionId),
  };
}

export function toNewServe(
  inferenceServiceId: number,
  values: RequiredValuesOf<typeof serveModelSchema>,
): NewServeModel {
  const { name, modelVersionId, lastKnownState = "UNKNOWN" } = values;
  const serve = { properties: [], ...toCoreRecord(values), inferenceServiceId, modelVersionId, lastKnownState };
  return { ...serve, ...(name && { name }) };
}
