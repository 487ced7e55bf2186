import type { OrderKey } from "../../core/filter/filter.ts";
import type { Int64 } from "../../core/model/values.ts";
import * as modelVersions from "../../core/ops/model-versions.ts";
import * as registeredModels from "../../core/ops/registered-models.ts";
import { encodePageToken } from "../page-token.ts";
import { invalidParameter } from "./errors.ts";
import { operation } from "./operation.ts";
import { parseFilter } from "./search/language.ts";
import { modelVersionLanguage, registeredModelLanguage, registeredModelOrderLanguage } from "./search/languages.ts";
import { parseOrder } from "./search/order.ts";
import { decodePageToken } from "./search/page-token.ts";
import { hidePrompts } from "./search/prompts.ts";
import { toWireModelVersion, toWireRegisteredModel } from "./wire/registry.ts";
import { wrongType } from "./wire/request-parser.ts";
import { int64, list, message, optional, string } from "./wire/types.ts";

const MODELS_PAGE = { size: 100, largest: 1000 };
const VERSIONS_PAGE = { size: 10_000, largest: 200_000 };

const searchRequest = message({
  filter: optional(string()),
  max_results: optional(int64()),
  order_by: optional(list(string())),
  page_token: optional(string()),
});

const LAST_CHANGED_FIRST: OrderKey[] = [{ field: { kind: "attribute", name: "lastUpdateTime" }, descending: true }];

/** Both searches show prompts only where the filter asks for the prompt tag. */
export const registrySearchRoutes = [
  operation({
    name: "searchRegisteredModels",
    methods: ["GET"],
    path: "/mlflow/registered-models/search",
    request: searchRequest,
    permission: "registered-model:read",
    runsOn: "reader",
    async handle(context, { filter, max_results: size, order_by: order, page_token: token }) {
      const query = [filter, order];
      const after = decodePageToken(token, query);
      const page = await registeredModels.searchRegisteredModels(context, {
        filter: hidePrompts(parseFilter(registeredModelLanguage, filter)),
        order: parseOrder(registeredModelOrderLanguage, order),
        limit: parsePageSize(size, MODELS_PAGE),
        ...(after && { after }),
      });
      return {
        ...(page.items.length > 0 && { registered_models: page.items.map(toWireRegisteredModel) }),
        ...(page.next && { next_page_token: encodePageToken(page.next, query) }),
      };
    },
  }),
  operation({
    name: "searchModelVersions",
    methods: ["GET"],
    path: "/mlflow/model-versions/search",
    request: searchRequest,
    permission: "model-version:read",
    runsOn: "reader",
    async handle(context, { filter, max_results: size, order_by: order = [], page_token: token }) {
      const query = [filter, order];
      const after = decodePageToken(token, query);
      const page = await modelVersions.searchModelVersions(context, {
        filter: hidePrompts(parseFilter(modelVersionLanguage, filter)),
        order: order.length > 0 ? parseOrder(modelVersionLanguage, order) : LAST_CHANGED_FIRST,
        limit: parsePageSize(size, VERSIONS_PAGE),
        ...(after && { after }),
      });
      return {
        ...(page.items.length > 0 && { model_versions: page.items.map(toWireModelVersion) }),
        ...(page.next && { next_page_token: encodePageToken(page.next, query) }),
      };
    },
  }),
].flat();

function parsePageSize(size: Int64 | undefined, page: { size: number; largest: number }): number {
  if (size === undefined) return page.size;
  // It comes in the query string, so upstream prints it as text.
  if (size > page.largest) throw wrongType(String(size), "max_results");
  if (size > 0) return Number(size);
  throw invalidParameter(`Invalid value for max_results. It must be a positive integer, but got ${size}`);
}
