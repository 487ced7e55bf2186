import { createExperiment, createRun, get, post, postEach, scenario, UNKNOWN_ID } from "../steps.ts";
import type { JsonValue, Scenario } from "../types.ts";

function dataset(fields: { [key: string]: JsonValue } = {}): JsonValue {
  return { name: "iris", digest: "d1", source_type: "local", source: "file:///iris.csv", ...fields };
}

const train = [{ key: "mlflow.data.context", value: "train" }];

export const runModelsInputsScenarios: Scenario[] = [
  scenario(
    "log-model",
    createExperiment(),
    createRun(),
    createRun("scratch"),
    postEach("runs/log-model", {
      usual: {
        run_id: "{{runId}}",
        model_json: JSON.stringify({
          artifact_path: "model",
          flavors: { python_function: { loader_module: "x" } },
          utc_time_created: "2024-01-01 00:00:00",
          run_id: "abc",
          mlflow_version: "2.22.0",
        }),
      },
      second: {
        run_id: "{{runId}}",
        model_json: '{"artifact_path":"other","flavors":{"sklearn":{}},"utc_time_created":"x","run_id":"abc"}',
      },
      "signature and more keys": {
        run_id: "{{scratch}}",
        model_json:
          '{"artifact_path":"third","flavors":{"sklearn":{}},"utc_time_created":"x","run_id":"abc","signature":{"a":1},"model_uuid":"u"}',
      },
      "without model_json": { run_id: "{{scratch}}" },
      "not JSON": { run_id: "{{scratch}}", model_json: "not json" },
      "JSON of a list": { run_id: "{{scratch}}", model_json: "[]" },
      "JSON of a text": { run_id: "{{scratch}}", model_json: '"a"' },
      "missing keys": { run_id: "{{scratch}}", model_json: '{"artifact_path":"m"}' },
      "empty object": { run_id: "{{scratch}}", model_json: "{}" },
      "an object instead of text": { run_id: "{{scratch}}", model_json: { artifact_path: "m" } },
      "without a run": { model_json: "{}" },
      "unknown run": {
        run_id: UNKNOWN_ID,
        model_json: '{"artifact_path":"m","flavors":{},"utc_time_created":"x","run_id":"abc"}',
      },
    }),
    get("history tag", "runs/get", { run_id: "{{runId}}" }),
  ),
  scenario(
    "log-inputs",
    createExperiment(),
    createRun(),
    createRun("scratch"),
    createRun("second"),
    postEach("runs/log-inputs", {
      "one dataset": { run_id: "{{runId}}", datasets: [{ dataset: dataset(), tags: train }] },
      "the same again with another context": {
        run_id: "{{runId}}",
        datasets: [{ dataset: dataset(), tags: [{ key: "mlflow.data.context", value: "eval" }] }],
      },
      "with schema and profile": {
        run_id: "{{runId}}",
        datasets: [{ dataset: dataset({ name: "full", schema: '{"a":"b"}', profile: '{"rows":5}' }), tags: train }],
      },
      "without tags": { run_id: "{{runId}}", datasets: [{ dataset: dataset({ name: "untagged" }) }] },
      "two at once": {
        run_id: "{{runId}}",
        datasets: [
          { dataset: dataset({ name: "a" }), tags: train },
          { dataset: dataset({ name: "b" }), tags: train },
        ],
      },
      "same twice at once": {
        run_id: "{{runId}}",
        datasets: [
          { dataset: dataset({ name: "twice" }), tags: train },
          { dataset: dataset({ name: "twice" }), tags: [] },
        ],
      },
      "the same in another run": { run_id: "{{second}}", datasets: [{ dataset: dataset({ source: "elsewhere" }) }] },
      "non-ASCII": { run_id: "{{runId}}", datasets: [{ dataset: dataset({ name: "данные 日本" }), tags: train }] },
      nothing: { run_id: "{{runId}}" },
      "empty list": { run_id: "{{runId}}", datasets: [] },
    }),
    get("inputs", "runs/get", { run_id: "{{runId}}" }),
    get("inputs of the other run", "runs/get", { run_id: "{{second}}" }),
    postEach("runs/log-inputs", {
      "without a run": { datasets: [{ dataset: dataset() }] },
      "unknown run": { run_id: UNKNOWN_ID, datasets: [{ dataset: dataset() }] },
      "odd run id": { run_id: "../x", datasets: [{ dataset: dataset() }] },
      "datasets a text": { run_id: "{{scratch}}", datasets: "x" },
      "datasets of texts": { run_id: "{{scratch}}", datasets: ["x"] },
      "without the dataset": { run_id: "{{scratch}}", datasets: [{ tags: train }] },
      "without a name": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: { digest: "d1", source_type: "local", source: "s" } }],
      },
      "without a digest": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: { name: "a", source_type: "local", source: "s" } }],
      },
      "without a source type": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: { name: "a", digest: "1", source: "s" } }],
      },
      "without a source": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: { name: "a", digest: "1", source_type: "local" } }],
      },
      "empty name": { run_id: "{{scratch}}", datasets: [{ dataset: dataset({ name: "" }) }] },
      "name too long": { run_id: "{{scratch}}", datasets: [{ dataset: dataset({ name: "n".repeat(501) }) }] },
      "digest too long": { run_id: "{{scratch}}", datasets: [{ dataset: dataset({ digest: "d".repeat(37) }) }] },
      "source too long": { run_id: "{{scratch}}", datasets: [{ dataset: dataset({ source: "s".repeat(65536) }) }] },
      "tag key too long": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: dataset({ name: "tk" }), tags: [{ key: "k".repeat(256), value: "v" }] }],
      },
      "tag value too long": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: dataset({ name: "tv" }), tags: [{ key: "k", value: "v".repeat(501) }] }],
      },
      "tag without a value": {
        run_id: "{{scratch}}",
        datasets: [{ dataset: dataset({ name: "tn" }), tags: [{ key: "k" }] }],
      },
      "digest a number": { run_id: "{{scratch}}", datasets: [{ dataset: dataset({ digest: 5 }) }] },
      "unknown input model": { run_id: "{{scratch}}", models: [{ model_id: `m-${UNKNOWN_ID}` }] },
      "input model without an id": { run_id: "{{scratch}}", models: [{}] },
    }),
  ),
  scenario(
    "input and output models",
    createExperiment(),
    createRun(),
    createRun("user"),
    post(
      "create model",
      "logged-models",
      {
        experiment_id: "{{experimentId}}",
        name: "net",
        source_run_id: "{{runId}}",
      },
      { capture: { modelId: "model.info.model_id" } },
    ),
    postEach("runs/outputs", {
      output: { run_id: "{{runId}}", models: [{ model_id: "{{modelId}}", step: 3 }] },
      "output again": { run_id: "{{runId}}", models: [{ model_id: "{{modelId}}", step: 3 }] },
      "output at another step": { run_id: "{{runId}}", models: [{ model_id: "{{modelId}}", step: 4 }] },
      "output nothing": { run_id: "{{runId}}" },
    }),
    post("input", "runs/log-inputs", { run_id: "{{user}}", models: [{ model_id: "{{modelId}}" }] }),
    post("input again", "runs/log-inputs", { run_id: "{{user}}", models: [{ model_id: "{{modelId}}" }] }),
    post("metric of the model", "runs/log-metric", {
      run_id: "{{user}}",
      key: "acc",
      value: 0.5,
      timestamp: 1_700_000_000_000,
      step: 1,
      model_id: "{{modelId}}",
      dataset_name: "iris",
      dataset_digest: "d1",
    }),
    get("run with outputs", "runs/get", { run_id: "{{runId}}" }),
    get("run with inputs", "runs/get", { run_id: "{{user}}" }),
    get("model with metrics", "logged-models/{{modelId}}"),
    postEach("runs/outputs", {
      "output without a run": { models: [{ model_id: "{{modelId}}", step: 0 }] },
      "output to an unknown run": { run_id: UNKNOWN_ID, models: [{ model_id: "{{modelId}}", step: 0 }] },
      "output without a model id": { run_id: "{{runId}}", models: [{ step: 0 }] },
      "output without a step": { run_id: "{{user}}", models: [{ model_id: "{{modelId}}" }] },
      "output of an unknown model": { run_id: "{{user}}", models: [{ model_id: `m-${UNKNOWN_ID}`, step: 0 }] },
      "output models a text": { run_id: "{{user}}", models: "x" },
    }),
  ),
  scenario(
    "search datasets",
    createExperiment(),
    createExperiment("other-{{unique}}", "otherId"),
    createRun(),
    post("inputs", "runs/log-inputs", {
      run_id: "{{runId}}",
      datasets: [
        { dataset: dataset({ name: "b" }), tags: train },
        { dataset: dataset({ name: "a" }), tags: train },
        { dataset: dataset({ name: "a", digest: "d2" }), tags: [{ key: "other", value: "x" }] },
      ],
    }),
    post("the path without its slash", "/api/2.0mlflow/experiments/search-datasets", {
      experiment_ids: ["{{otherId}}"],
    }),
    post("the path without its slash, for the UI", "/ajax-api/2.0mlflow/experiments/search-datasets", {
      experiment_ids: ["{{otherId}}"],
    }),
    post("under /api", "experiments/search-datasets", { experiment_ids: ["{{experimentId}}"] }),
    postEach("/ajax-api/2.0/mlflow/experiments/search-datasets", {
      "of an empty experiment": { experiment_ids: ["{{otherId}}"] },
      "of one": { experiment_ids: ["{{experimentId}}"] },
      "of both": { experiment_ids: ["{{otherId}}", "{{experimentId}}"] },
      "of an unknown one": { experiment_ids: ["999999999"] },
      "of none": { experiment_ids: [] },
      "without experiments": {},
      "experiments a text": { experiment_ids: "5" },
      "of a word": { experiment_ids: ["abc"] },
      "of 21": { experiment_ids: Array.from({ length: 21 }, (_, index) => String(900_000_000 + index)) },
    }),
  ),
];
