import { STORED_MODELS_ROOT } from "../../core/model/stored-models.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { deleteStoredModel, updateStoredModel } from "../../core/ops/stored-model-changes.ts";
import { getStoredModel, listStoredModels } from "../../core/ops/stored-models.ts";
import type { StoredModelQuery } from "../../core/ports/stored-models.ts";
import { encodePageToken, readPageToken } from "../page-token.ts";
import type { Route, RouteAnswer, RouteCall } from "../route.ts";
import { answering, jsonAnswer, PREFIX } from "./answers.ts";
import { invalidValue } from "./errors.ts";
import { readChanges } from "./metadata.ts";
import { readJsonBody } from "./request-json.ts";
import { toWireModel } from "./wire.ts";

const MODELS = `${PREFIX}/models`;
const MODEL = `${MODELS}/:metadata_id`;

export const modelRoutes: readonly Route[] = [
  {
    operation: "listModels",
    method: "GET",
    path: MODELS,
    permission: "model-version:read",
    body: "none",
    runsOn: "reader",
    handle: answering(listModels),
  },
  {
    operation: "getModel",
    method: "GET",
    path: MODEL,
    permission: "model-version:read",
    body: "none",
    runsOn: "main",
    handle: answering(async (context, call) =>
      jsonAnswer(200, toWireModel(await getStoredModel(context, metadataId(call)))),
    ),
  },
  {
    operation: "updateModel",
    method: "PATCH",
    path: MODEL,
    permission: "model-version:write",
    body: "buffered",
    runsOn: "main",
    handle: answering(async (context, call) => {
      const changes = readChanges(await readJsonBody([call.body ?? new Uint8Array()]));
      return jsonAnswer(200, toWireModel(await updateStoredModel(context, metadataId(call), changes)));
    }),
  },
  {
    operation: "deleteModel",
    method: "DELETE",
    path: MODEL,
    permission: "model-version:delete",
    body: "none",
    runsOn: "main",
    handle: answering(async (context, call) => {
      await deleteStoredModel(context, metadataId(call));
      return { status: 204, headers: {}, body: undefined };
    }),
  },
];

/** The number of a version in the path, or the id that a client chose. */
export function metadataId({ parameters }: RouteCall): string {
  return parameters.metadata_id ?? "";
}

const DEFAULT_PAGE_SIZE = 100;
const LARGEST_PAGE_SIZE = 1000;
const TAG_PREFIX = "tag.";
const FILTERS = ["name", "version", "id", "storage_group", "framework", "search"];

async function listModels(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const parameters = new URLSearchParams(call.query);
  const query = readQuery(parameters);
  const token = parameters.get("page_token");
  const after = token ? readPageToken(token, query) : undefined;
  if (token && after === undefined) {
    throw invalidValue("page_token", "This is no page token of this list. Leave it out to begin with the first page.");
  }
  const { items, next } = await listStoredModels(context, {
    ...query,
    limit: readPageSize(parameters.get("page_size")),
    ...(after && { after }),
  });
  return jsonAnswer(200, {
    models: items.map(toWireModel),
    ...(next && { next_page_token: encodePageToken(next, query) }),
  });
}

type Conditions = Omit<StoredModelQuery, "limit" | "after">;

function readQuery(parameters: URLSearchParams): Conditions {
  const unknown = [...parameters.keys()].find((name) => !isListParameter(name));
  if (unknown !== undefined) {
    throw invalidValue(
      unknown,
      `'${unknown}' is no parameter of this list. These are: ${FILTERS.join(", ")}, tag.<key>.`,
    );
  }
  const given = (name: string) => parameters.get(name) || undefined;
  const group = given("storage_group");
  const tags = [...parameters]
    .filter(([name]) => name.startsWith(TAG_PREFIX))
    .map(([name, value]) => ({ key: name.slice(TAG_PREFIX.length), value }));
  const query = {
    modelName: given("name"),
    versionName: given("version"),
    externalId: given("id"),
    locationPrefix: group && `mlflow-artifacts:/${STORED_MODELS_ROOT}/${group}/`,
    framework: given("framework"),
    search: given("search"),
    ...(tags.length > 0 && { tags }),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

function isListParameter(name: string): boolean {
  return FILTERS.includes(name) || name === "page_size" || name === "page_token" || name.startsWith(TAG_PREFIX);
}

function readPageSize(text: string | null): number {
  const size = text === "" ? Number.NaN : Number(text ?? DEFAULT_PAGE_SIZE);
  if (Number.isInteger(size) && size >= 1 && size <= LARGEST_PAGE_SIZE) return size;
  throw invalidValue("page_size", `Give a number from 1 to ${LARGEST_PAGE_SIZE}.`);
}
