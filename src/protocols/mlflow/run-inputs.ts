import type { DatasetInput } from "../../core/model/runs.ts";
import * as runInputs from "../../core/ops/run-inputs.ts";
import { invalidParameter } from "./errors.ts";
import { type MlflowOperation, operation } from "./operation.ts";
import { validateDatasetInput, validateRunId } from "./validation/run-data.ts";
import { parseExperimentId } from "./validation.ts";
import { keyAndValue, toCoreTag } from "./wire/runs.ts";
import { int64, list, message, optional, type Static, string } from "./wire/types.ts";

const dataset = message({
  name: string(),
  digest: string(),
  source_type: string(),
  source: string(),
  schema: optional(string()),
  profile: optional(string()),
});

const datasetInput = message({ tags: optional(list(keyAndValue)), dataset });
const modelInput = message({ model_id: string() });
const modelOutput = message({ model_id: string(), step: optional(int64()) });

const MOST_EXPERIMENTS = 20;
const MOST_DATASETS = 1000;

const searchDatasetsRequest = message({ experiment_ids: optional(list(string())) });

const searchDatasets: MlflowOperation<typeof searchDatasetsRequest, object> = {
  name: "searchDatasets",
  methods: ["POST"],
  path: "/mlflow/experiments/search-datasets",
  request: searchDatasetsRequest,
  permission: "experiment:read",
  runsOn: "reader",
  async handle(context, { experiment_ids = [] }) {
    if (experiment_ids.length === 0) {
      throw invalidParameter("SearchDatasets request must specify at least one experiment_id.");
    }
    if (experiment_ids.length > MOST_EXPERIMENTS) {
      throw invalidParameter(
        `SearchDatasets request cannot specify more than ${MOST_EXPERIMENTS} experiment_ids. Received ${experiment_ids.length} experiment_ids.`,
      );
    }
    const summaries = await runInputs.searchDatasets(context, experiment_ids.map(parseExperimentId), MOST_DATASETS);
    if (summaries.length === 0) return {};
    return {
      dataset_summaries: summaries.map(({ experimentId, ...summary }) => ({
        experiment_id: String(experimentId),
        ...summary,
      })),
    };
  },
};

export const runInputRoutes = [
  operation({
    name: "logInputs",
    methods: ["POST"],
    path: "/mlflow/runs/log-inputs",
    request: message({ run_id: string(), datasets: optional(list(datasetInput)), models: optional(list(modelInput)) }),
    permission: "run:write",
    async handle(context, { run_id, datasets = [], models = [] }) {
      validateRunId(run_id);
      await runInputs.logInputs(context, run_id, {
        datasets: datasets.map((input) => validateDatasetInput(toCoreDatasetInput(input))),
        modelIds: models.map(({ model_id }) => model_id),
      });
      return {};
    },
  }),
  operation({
    name: "logOutputs",
    methods: ["POST"],
    path: "/mlflow/runs/outputs",
    request: message({ run_id: string(), models: list(modelOutput) }),
    permission: "run:write",
    async handle(context, { run_id, models }) {
      const outputs = models.map(({ model_id, step = 0 }) => ({ modelId: model_id, step }));
      await runInputs.logOutputs(context, run_id, outputs);
      return {};
    },
  }),
  operation(searchDatasets),
  // Upstream's own descriptor lacks the slash, so this is where its REST API really has it.
  operation({ ...searchDatasets, path: searchDatasets.path.slice(1) }),
].flat();

function toCoreDatasetInput({ dataset: wire, tags = [] }: Static<typeof datasetInput>): DatasetInput {
  const { source_type, schema, profile, ...rest } = wire;
  return {
    dataset: {
      ...rest,
      sourceType: source_type,
      ...(schema !== undefined && { schema }),
      ...(profile !== undefined && { profile }),
    },
    tags: tags.map(toCoreTag),
  };
}
