import * as datasets from "../../core/ops/evaluation-datasets.ts";
import { encodePageToken } from "../page-token.ts";
import { invalidParameter } from "./errors.ts";
import { operation } from "./operation.ts";
import { parseFilter, type SearchLanguage } from "./search/language.ts";
import { parseOrder } from "./search/order.ts";
import { decodePageToken } from "./search/page-token.ts";
import { parseExperimentId } from "./validation.ts";
import { toCoreTags, toWireEvaluationDataset } from "./wire/evaluation-datasets.ts";
import { int32, list, message, optional, string } from "./wire/types.ts";

const PAGE_SIZE = 1000;
const LARGEST_PAGE = 50_000;

const reference = message({ dataset_id: string() });
const experimentsReference = message({ dataset_id: string(), experiment_ids: optional(list(string())) });

const language: SearchLanguage = {
  entities: { tag: "tag", tags: "tag" },
  attributes: {
    name: { name: "name", type: "string" },
    created_time: { name: "creationTime", type: "number" },
    last_update_time: { name: "lastUpdateTime", type: "number" },
    created_by: { name: "createdBy", type: "string", filterOnly: true },
    last_updated_by: { name: "lastUpdatedBy", type: "string", filterOnly: true },
  },
  listAttributes: new Set(["name"]),
  presenceKinds: new Set(["tag"]),
  invalidEntity: (entity) => `Invalid identifier token '${entity}' specified`,
};

/** Evaluation datasets; their records are in `evaluation-dataset-records.ts`. */
export const evaluationDatasetRoutes = [
  operation({
    name: "createDataset",
    methods: ["POST"],
    path: "/mlflow/datasets/create",
    request: message({ name: string(), experiment_ids: optional(list(string())), tags: optional(string()) }),
    permission: "evaluation-dataset:write",
    async handle(context, { name, experiment_ids = [], tags }) {
      const dataset = await datasets.createDataset(context, {
        name,
        experimentIds: experiment_ids.map(parseExperimentId),
        tags: toCoreTags(tags),
      });
      return { dataset: toWireEvaluationDataset(dataset, dataset.experimentIds) };
    },
  }),
  operation({
    name: "searchEvaluationDatasets",
    methods: ["GET", "POST"],
    path: "/mlflow/datasets/search",
    request: message({
      experiment_ids: optional(list(string())),
      filter_string: optional(string()),
      max_results: optional(int32()),
      order_by: optional(list(string())),
      page_token: optional(string()),
    }),
    permission: "evaluation-dataset:read",
    runsOn: "reader",
    async handle(context, { experiment_ids = [], filter_string, max_results, order_by, page_token }) {
      const query = [experiment_ids, filter_string, order_by];
      const after = decodePageToken(page_token, query);
      const filter = parseFilter(language, filter_string);
      const page = await datasets.searchEvaluationDatasets(context, {
        experimentIds: experiment_ids.map(parseExperimentId),
        ...(filter && { filter }),
        order: parseOrder(language, order_by),
        limit: pageSize(max_results),
        ...(after && { after }),
      });
      return {
        ...(page.items.length > 0 && { datasets: page.items.map((dataset) => toWireEvaluationDataset(dataset)) }),
        ...(page.next && { next_page_token: encodePageToken(page.next, query) }),
      };
    },
  }),
  operation({
    name: "getDataset",
    methods: ["GET"],
    path: "/mlflow/datasets/:dataset_id",
    request: reference,
    permission: "evaluation-dataset:read",
    async handle(context, { dataset_id }) {
      return { dataset: toWireEvaluationDataset(await datasets.getDataset(context, dataset_id)) };
    },
  }),
  operation({
    name: "deleteDataset",
    methods: ["DELETE"],
    path: "/mlflow/datasets/:dataset_id",
    request: reference,
    permission: "evaluation-dataset:delete",
    async handle(context, { dataset_id }) {
      await datasets.deleteDataset(context, dataset_id);
      return {};
    },
  }),
  operation({
    name: "setDatasetTags",
    methods: ["PATCH"],
    path: "/mlflow/datasets/:dataset_id/tags",
    request: message({ dataset_id: string(), tags: string() }),
    permission: "evaluation-dataset:write",
    async handle(context, { dataset_id, tags }) {
      await datasets.setDatasetTags(context, dataset_id, toCoreTags(tags));
      return {};
    },
  }),
  operation({
    name: "deleteDatasetTag",
    methods: ["DELETE"],
    path: "/mlflow/datasets/:dataset_id/tags/:key",
    request: message({ dataset_id: string(), key: string() }),
    permission: "evaluation-dataset:write",
    async handle(context, { dataset_id, key }) {
      await datasets.deleteDatasetTag(context, dataset_id, key);
      return {};
    },
  }),
  operation({
    name: "getDatasetExperimentIds",
    methods: ["GET"],
    path: "/mlflow/datasets/:dataset_id/experiment-ids",
    request: reference,
    permission: "evaluation-dataset:read",
    async handle(context, { dataset_id }) {
      const ids = await datasets.getDatasetExperimentIds(context, dataset_id);
      return ids.length > 0 ? { experiment_ids: ids.map(String) } : {};
    },
  }),
  operation({
    name: "addDatasetToExperiments",
    methods: ["POST"],
    path: "/mlflow/datasets/:dataset_id/add-experiments",
    request: experimentsReference,
    permission: "evaluation-dataset:write",
    async handle(context, { dataset_id, experiment_ids = [] }) {
      const ids = experiment_ids.map(parseExperimentId);
      const dataset = await datasets.addDatasetToExperiments(context, dataset_id, ids);
      return { dataset: toWireEvaluationDataset(dataset, dataset.experimentIds) };
    },
  }),
  operation({
    name: "removeDatasetFromExperiments",
    methods: ["POST"],
    path: "/mlflow/datasets/:dataset_id/remove-experiments",
    request: experimentsReference,
    permission: "evaluation-dataset:write",
    async handle(context, { dataset_id, experiment_ids = [] }) {
      const ids = experiment_ids.map(parseExperimentId);
      const dataset = await datasets.removeDatasetFromExperiments(context, dataset_id, ids);
      return { dataset: toWireEvaluationDataset(dataset, dataset.experimentIds) };
    },
  }),
].flat();

/** 0 means the default, as upstream has it. */
export function pageSize(maxResults: number | undefined): number {
  const size = maxResults || PAGE_SIZE;
  if (size > 0 && size <= LARGEST_PAGE) return size;
  throw invalidParameter(
    `Invalid value ${size} for parameter 'max_results' supplied. It must be between 1 and ${LARGEST_PAGE}.`,
  );
}
