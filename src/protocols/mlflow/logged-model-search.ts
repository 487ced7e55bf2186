import type { Int64 } from "../../core/model/values.ts";
import * as loggedModels from "../../core/ops/logged-models.ts";
import type { DatasetScope, LoggedModelOrderKey } from "../../core/ports/logged-models.ts";
import { encodePageToken } from "../page-token.ts";
import { invalidParameter } from "./errors.ts";
import { toWireLoggedModel } from "./logged-models.ts";
import { operation } from "./operation.ts";
import { parseFilter } from "./search/language.ts";
import { loggedModelLanguage } from "./search/languages.ts";
import { decodePageToken } from "./search/page-token.ts";
import { parseExperimentId } from "./validation.ts";
import { boolean, int32, list, message, optional, type Static, string } from "./wire/types.ts";

const PAGE_SIZE = 100;

/** Upstream has no limit; whoever asks for more gets this many and a token for the rest. */
const LARGEST_PAGE = 50_000;

const dataset = message({ dataset_name: optional(string()), dataset_digest: optional(string()) });
const orderKey = message({
  field_name: optional(string()),
  ascending: optional(boolean()),
  dataset_name: optional(string()),
  dataset_digest: optional(string()),
});

export const loggedModelSearchRoutes = operation({
  name: "searchLoggedModels",
  methods: ["POST"],
  path: "/mlflow/logged-models/search",
  request: message({
    experiment_ids: list(string()),
    filter: optional(string()),
    datasets: optional(list(dataset)),
    max_results: optional(int32()),
    order_by: optional(list(orderKey)),
    page_token: optional(string()),
  }),
  permission: "logged-model:read",
  runsOn: "reader",
  async handle(context, request) {
    const { experiment_ids: experimentIds, filter, datasets = [], order_by: order = [] } = request;
    const query = [experimentIds, filter, datasets, order];
    const after = decodePageToken(request.page_token, query);
    const parsedFilter = parseFilter(loggedModelLanguage, filter);
    const page = await loggedModels.searchLoggedModels(context, {
      experimentIds: experimentIds.map(parseExperimentId),
      datasets: datasets.map(toDatasetScope),
      ...(parsedFilter && { filter: parsedFilter }),
      order: order.map(toOrderKey),
      limit: parsePageSize(request.max_results),
      ...(after && { after }),
    });
    return {
      ...(page.items.length > 0 && { models: page.items.map(toWireLoggedModel) }),
      ...(page.next && { next_page_token: encodePageToken(page.next, query) }),
    };
  },
});

/** 0 asks for the default, as upstream has it. */
function parsePageSize(size: Int64 | undefined): number {
  if (size === undefined || size === 0) return PAGE_SIZE;
  if (size > 0) return Math.min(Number(size), LARGEST_PAGE);
  throw invalidParameter(`Invalid value for max_results. It must be a positive integer, but got ${size}`);
}

function toDatasetScope({ dataset_name: name, dataset_digest: digest }: Static<typeof dataset>): DatasetScope {
  if (!name) throw invalidParameter("`dataset_name` in the `datasets` clause must be specified.");
  return { name, ...(digest && { digest }) };
}

function toOrderKey(key: Static<typeof orderKey>): LoggedModelOrderKey {
  const { field_name: name = "", ascending = true, dataset_name: datasetName, dataset_digest: digest } = key;
  const descending = !ascending;
  const dot = name.indexOf(".");
  if (dot < 0) {
    const attribute = Object.hasOwn(loggedModelLanguage.attributes, name) && loggedModelLanguage.attributes[name];
    if (!attribute) throw invalidParameter(`Invalid order by field name: ${name}`);
    return { field: { kind: "attribute", name: attribute.name }, descending };
  }
  if (name.slice(0, dot) !== "metrics") {
    throw invalidParameter(`Invalid order by field name: ${name}. Only metrics are supported.`);
  }
  const scope = { ...(datasetName && { name: datasetName }), ...(digest && { digest }) };
  return { field: { kind: "metric", key: name.slice(dot + 1), dataset: scope }, descending };
}
