import { toJson } from "../../core/json.ts";
import * as records from "../../core/ops/dataset-records.ts";
import { encodePageToken } from "../page-token.ts";
import { pageSize } from "./evaluation-datasets.ts";
import { operation } from "./operation.ts";
import { decodePageToken } from "./search/page-token.ts";
import { toCoreRecords, toWireRecord } from "./wire/evaluation-datasets.ts";
import { int32, list, message, optional, string } from "./wire/types.ts";

const PATH = "/mlflow/datasets/:dataset_id/records";

/** The records of evaluation datasets, as JSON inside of texts. */
export const evaluationDatasetRecordRoutes = [
  operation({
    name: "upsertDatasetRecords",
    methods: ["POST"],
    path: PATH,
    request: message({ dataset_id: string(), records: string() }),
    permission: "evaluation-dataset:write",
    async handle(context, request) {
      const contents = toCoreRecords(request.records);
      const { inserted, updated } = await records.upsertDatasetRecords(context, request.dataset_id, contents);
      return { inserted_count: inserted, updated_count: updated };
    },
  }),
  operation({
    name: "getDatasetRecords",
    methods: ["GET"],
    path: PATH,
    request: message({ dataset_id: string(), max_results: optional(int32()), page_token: optional(string()) }),
    permission: "evaluation-dataset:read",
    runsOn: "reader",
    async handle(context, { dataset_id, max_results, page_token }) {
      const after = decodePageToken(page_token, dataset_id);
      const page = await records.getDatasetRecords(context, dataset_id, {
        limit: pageSize(max_results),
        ...(after && { after }),
      });
      return {
        records: toJson(page.items.map((record) => toWireRecord(dataset_id, record))),
        ...(page.next && { next_page_token: encodePageToken(page.next, dataset_id) }),
      };
    },
  }),
  operation({
    name: "deleteDatasetRecords",
    methods: ["DELETE"],
    path: PATH,
    request: message({ dataset_id: string(), dataset_record_ids: optional(list(string())) }),
    permission: "evaluation-dataset:write",
    async handle(context, { dataset_id, dataset_record_ids = [] }) {
      return { deleted_count: await records.deleteDatasetRecords(context, dataset_id, dataset_record_ids) };
    },
  }),
].flat();
