import { isCoreError } from "../../core/errors.ts";
import type { Experiment } from "../../core/model/experiments.ts";
import * as experiments from "../../core/ops/experiments.ts";
import { encodePageToken } from "../page-token.ts";
import { invalidParameter, MlflowError } from "./errors.ts";
import { operation } from "./operation.ts";
import { parseFilter } from "./search/language.ts";
import { experimentLanguage } from "./search/languages.ts";
import { parseOrder } from "./search/order.ts";
import { decodePageToken } from "./search/page-token.ts";
import { validateArtifactLocation, validateExperimentName, validateExperimentTag } from "./validation/experiments.ts";
import { validateUniqueTags, validateUserId } from "./validation/names.ts";
import { parseExperimentId, validatePageSize } from "./validation.ts";
import { keyAndValue, toCoreTag } from "./wire/runs.ts";
import { int64, list, message, optional, string } from "./wire/types.ts";
import { viewType, viewTypes } from "./wire/view-type.ts";

const LARGEST_PAGE = 50_000;

export const experimentRoutes = [
  operation({
    name: "createExperiment",
    methods: ["POST"],
    path: "/mlflow/experiments/create",
    request: message({
      name: string(),
      artifact_location: optional(string()),
      tags: optional(list(keyAndValue)),
      user_id: optional(string()),
    }),
    permission: "experiment:write",
    async handle(context, { name, artifact_location, tags = [], user_id: owner }) {
      validateUserId(owner);
      validateExperimentName(name);
      if (artifact_location) validateArtifactLocation(artifact_location);
      validateUniqueTags(tags);
      const id = await experiments.createExperiment(context, {
        name,
        ...(artifact_location && { artifactLocation: artifact_location }),
        ...(owner && { owner }),
        tags: tags.map((tag) => validateExperimentTag(toCoreTag(tag))),
      });
      return { experiment_id: String(id) };
    },
  }),
  operation({
    name: "getExperiment",
    methods: ["GET"],
    path: "/mlflow/experiments/get",
    request: message({ experiment_id: string() }),
    permission: "experiment:read",
    async handle(context, { experiment_id }) {
      const experiment = await experiments.getExperiment(context, parseExperimentId(experiment_id));
      return { experiment: toWireExperiment(experiment) };
    },
  }),
  operation({
    name: "getExperimentByName",
    methods: ["GET"],
    path: "/mlflow/experiments/get-by-name",
    request: message({ experiment_name: string() }),
    permission: "experiment:read",
    async handle(context, { experiment_name }) {
      return { experiment: toWireExperiment(await experiments.getExperimentByName(context, experiment_name)) };
    },
  }),
  operation({
    name: "searchExperiments",
    methods: ["GET", "POST"],
    path: "/mlflow/experiments/search",
    request: message({
      max_results: optional(int64()),
      page_token: optional(string()),
      filter: optional(string()),
      order_by: optional(list(string())),
      view_type: optional(viewType),
    }),
    permission: "experiment:read",
    runsOn: "reader",
    async handle(context, request) {
      const limit = Number(request.max_results ?? 0);
      validatePageSize(limit);
      if (limit > LARGEST_PAGE) {
        throw invalidParameter(
          `Invalid value ${limit} for parameter 'max_results' supplied. It must be at most ${LARGEST_PAGE}`,
        );
      }
      const { filter, order_by, view_type = "ACTIVE_ONLY" } = request;
      const query = [filter, order_by, view_type];
      const after = decodePageToken(request.page_token, query);
      const parsedFilter = parseFilter(experimentLanguage, filter);
      const page = await experiments.searchExperiments(context, {
        view: viewTypes[view_type],
        ...(parsedFilter && { filter: parsedFilter }),
        order: parseOrder(experimentLanguage, order_by),
        limit,
        ...(after && { after }),
      });
      return {
        ...(page.items.length > 0 && { experiments: page.items.map(toWireExperiment) }),
        ...(page.next && { next_page_token: encodePageToken(page.next, query) }),
      };
    },
  }),
  operation({
    name: "updateExperiment",
    methods: ["POST"],
    path: "/mlflow/experiments/update",
    request: message({ experiment_id: string(), new_name: string() }),
    permission: "experiment:write",
    async handle(context, { experiment_id, new_name }) {
      validateExperimentName(new_name);
      await experiments.renameExperiment(context, parseExperimentId(experiment_id), new_name).catch(refuseTakenName);
      return {};
    },
  }),
  operation({
    name: "deleteExperiment",
    methods: ["POST"],
    path: "/mlflow/experiments/delete",
    request: message({ experiment_id: string() }),
    permission: "experiment:delete",
    async handle(context, { experiment_id }) {
      await experiments.deleteExperiment(context, parseExperimentId(experiment_id));
      return {};
    },
  }),
  operation({
    name: "restoreExperiment",
    methods: ["POST"],
    path: "/mlflow/experiments/restore",
    request: message({ experiment_id: string() }),
    permission: "experiment:delete",
    async handle(context, { experiment_id }) {
      await experiments.restoreExperiment(context, parseExperimentId(experiment_id));
      return {};
    },
  }),
  operation({
    name: "setExperimentTag",
    methods: ["POST"],
    path: "/mlflow/experiments/set-experiment-tag",
    request: message({ experiment_id: string(), key: string(), value: optional(string()) }),
    permission: "experiment:write",
    async handle(context, { experiment_id, key, value = "" }) {
      const tag = validateExperimentTag({ key, value });
      await experiments.setExperimentTag(context, parseExperimentId(experiment_id), tag);
      return {};
    },
  }),
  operation({
    name: "deleteExperimentTag",
    methods: ["POST"],
    path: "/mlflow/experiments/delete-experiment-tag",
    request: message({ experiment_id: string(), key: string() }),
    permission: "experiment:write",
    async handle(context, { experiment_id, key }) {
      await experiments.deleteExperimentTag(context, parseExperimentId(experiment_id), key);
      return {};
    },
  }),
].flat();

/** Upstream has another code for a name that is taken when it comes to renaming. */
function refuseTakenName(error: unknown): never {
  if (!isCoreError(error, "alreadyExists")) throw error;
  throw new MlflowError("BAD_REQUEST", `Experiment(name=${error.data.name}) already exists. Choose another name.`);
}

/** MLflow's `Experiment`; an empty list of tags is left out. */
function toWireExperiment(experiment: Experiment) {
  return {
    experiment_id: String(experiment.id),
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.lastUpdateTime,
    creation_time: experiment.creationTime,
    ...(experiment.tags.length > 0 && { tags: experiment.tags }),
    workspace: "default",
  };
}
