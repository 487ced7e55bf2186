import type { Experiment } from "../../core/model/experiments.ts";
import * as experiments from "../../core/ops/experiments.ts";
import { operation } from "./operation.ts";
import { parseExperimentId, validateExperimentName } from "./validation.ts";
import { list, message, optional, string } from "./wire/types.ts";

const tag = message({ key: string(), value: optional(string()) });

export const experimentRoutes = [
  operation({
    name: "createExperiment",
    methods: ["POST"],
    path: "/mlflow/experiments/create",
    request: message({ name: string(), artifact_location: optional(string()), tags: optional(list(tag)) }),
    permission: "experiment:write",
    async handle(context, request) {
      validateExperimentName(request.name);
      const id = await experiments.createExperiment(context, {
        name: request.name,
        ...(request.artifact_location && { artifactLocation: request.artifact_location }),
        tags: (request.tags ?? []).map(({ key, value }) => ({ key, value: value ?? "" })),
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
    async handle(context, request) {
      const experiment = await experiments.getExperiment(context, parseExperimentId(request.experiment_id));
      return { experiment: toWireExperiment(experiment) };
    },
  }),
].flat();

/** MLflow's `Experiment`; an empty list of tags is left out. */
export function toWireExperiment(experiment: Experiment) {
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
