import type { IntendedDifference } from "../intended.ts";

const invalid = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

/** Differences of what the operations do. */
export const ruleDifferences: IntendedDifference[] = [
  {
    category: "we accept more",
    reason: "The name of a deleted experiment is held for ever upstream; here it is free for a new one",
    ours: { status: 200 },
    steps: { "experiments: create": ["name of a deleted: create again"] },
  },
  {
    category: "we accept more",
    reason:
      "Logging an output model again shows the SQL of the insert upstream; here it is a no-op, as for input models",
    ours: { status: 200, body: {} },
    steps: { "input and output models": ["output again", "output at another step"] },
  },
  {
    category: "we accept more",
    reason: "Upstream's server would open a model version's source, so it refuses http; this one never opens a source",
    ours: { status: 200, body: { model_version: { source: "http://host/path/model" } } },
    steps: { "model version sources: runs and artifacts": ["http"] },
  },
  {
    category: "other",
    reason: "For the same reason, an http source that is refused is refused for its path, not for its scheme",
    ours: { ...invalid, message: "Invalid model version source" },
    steps: {
      "model version sources: runs and artifacts": [
        "http climbing out",
        "http climbing out encoded",
        "http with a fragment",
        "http with params",
        "artifacts of its run with a host",
        "http proxy of its run",
        "http proxy of its run at this server",
        "http proxy of nobody",
        "http proxy without the run",
      ],
    },
  },
  {
    category: "other",
    reason:
      "Upstream refuses names with a slash or colon before it looks; here Kubeflow's clients may have given them, so it looks",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: { "model versions: errors": ["get with a slash"] },
  },
  {
    category: "upstream is inconsistent",
    reason: "A deleted logged model can't be read upstream, but changed",
    ours: { status: 404, errorCode: "RESOURCE_DOES_NOT_EXIST" },
    steps: { "logged models: life of one": ["finalize deleted", "tag deleted"] },
  },
  {
    category: "upstream is inconsistent",
    reason: "A NaN is NaN in a run's metrics and 0 in a logged model's",
    ours: { status: 200, body: { model: { data: { metrics: [{ value: 0.5 }, { value: 0.7 }, { value: "NaN" }] } } } },
    steps: { "logged models: metrics": ["get"] },
  },
  {
    category: "upstream drops a field",
    reason: "The logged model of a version is accepted, and never shown again on the version",
    ours: { status: 200, body: { model_version: { model_id: "(model of 'create logged model')" } } },
    steps: {
      "model version sources: models": [
        "models:/m-id with its id",
        "models:/m-id with both",
        "artifacts of its model",
        "artifacts below its model",
        "s3 with a model id",
        "get the version of a logged model",
      ],
    },
  },
  {
    category: "we refuse what is unsafe",
    reason: "An experiment's location may climb out of its root",
    ours: invalid,
    steps: { "experiments: create": ["location climbs out"] },
  },
];
