import {
  createExperiment,
  createRun,
  del,
  get,
  getEach,
  patch,
  post,
  postEach,
  scenario,
  UNKNOWN_ID,
} from "../steps.ts";
import type { JsonValue, Scenario, Step } from "../types.ts";

const UNKNOWN = `m-${UNKNOWN_ID}`;
const T = 1_700_000_000_000;

function createModel(variable = "modelId", fields: { [key: string]: JsonValue } = {}): Step {
  const body = { experiment_id: "{{experimentId}}", name: variable, ...fields };
  return post(`create model ${variable}`, "logged-models", body, { capture: { [variable]: "model.info.model_id" } });
}

export const loggedModelScenarios: Scenario[] = [
  scenario(
    "logged models: life of one",
    createExperiment(),
    createRun(),
    createModel("scratch"),
    createModel("modelId", {
      model_type: "agent",
      source_run_id: "{{runId}}",
      params: [
        { key: "b", value: "2" },
        { key: "a", value: "1" },
      ],
      tags: [{ key: "t", value: "v" }],
    }),
    get("get", "logged-models/{{modelId}}"),
    patch("finalize", "logged-models/{{modelId}}", { model_id: "{{modelId}}", status: "LOGGED_MODEL_READY" }),
    patch("finalize back to pending", "logged-models/{{modelId}}", {
      model_id: "{{modelId}}",
      status: "LOGGED_MODEL_PENDING",
    }),
    patch("finalize by number", "logged-models/{{modelId}}", { model_id: "{{modelId}}", status: 2 }),
    patch("set tags", "logged-models/{{modelId}}/tags", {
      model_id: "{{modelId}}",
      tags: [
        { key: "t", value: "changed" },
        { key: "new", value: "" },
      ],
    }),
    del("delete tag", "logged-models/{{modelId}}/tags/new", { model_id: "{{modelId}}", tag_key: "new" }),
    del("delete tag again", "logged-models/{{modelId}}/tags/new", {}),
    post("log params", "logged-models/{{modelId}}/params", {
      model_id: "{{modelId}}",
      params: [{ key: "c", value: "3" }],
    }),
    get("get changed", "logged-models/{{modelId}}"),
    get("list artifacts", "logged-models/{{modelId}}/artifacts/directories"),
    del("delete", "logged-models/{{modelId}}", { model_id: "{{modelId}}" }),
    get("get deleted", "logged-models/{{modelId}}"),
    del("delete again", "logged-models/{{modelId}}", {}),
    patch("finalize deleted", "logged-models/{{modelId}}", { model_id: "{{modelId}}", status: "LOGGED_MODEL_READY" }),
    patch("tag deleted", "logged-models/{{modelId}}/tags", { tags: [{ key: "t", value: "x" }] }),
    get("list artifacts of deleted", "logged-models/{{modelId}}/artifacts/directories"),
    post("search finds it no more", "logged-models/search", { experiment_ids: ["{{experimentId}}"] }),
    patch("finalize without the id in the body", "logged-models/{{scratch}}", { status: "LOGGED_MODEL_UPLOAD_FAILED" }),
    post("log params without the id", "logged-models/{{scratch}}/params", { params: [{ key: "d", value: "4" }] }),
  ),
  scenario(
    "logged models: create",
    createExperiment(),
    postEach("logged-models", {
      "without a name": { experiment_id: "{{experimentId}}" },
      "non-ASCII name": { experiment_id: "{{experimentId}}", name: "модель 日本" },
      "same name twice": { experiment_id: "{{experimentId}}", name: "модель 日本" },
      "empty name": { experiment_id: "{{experimentId}}", name: "" },
      "name with a slash": { experiment_id: "{{experimentId}}", name: "a/b" },
      "name with a colon": { experiment_id: "{{experimentId}}", name: "a:b" },
      "name with a dot": { experiment_id: "{{experimentId}}", name: "a.b" },
      "name with a percent": { experiment_id: "{{experimentId}}", name: "a%b" },
      "name with quotes": { experiment_id: "{{experimentId}}", name: "a'b" },
      "name with double quotes": { experiment_id: "{{experimentId}}", name: 'a"b' },
      "long name": { experiment_id: "{{experimentId}}", name: "n".repeat(500) },
      "name too long": { experiment_id: "{{experimentId}}", name: "n".repeat(501) },
      "name a number": { experiment_id: "{{experimentId}}", name: 5 },
      "without an experiment": { name: "a" },
      "unknown experiment": { experiment_id: "999999999", name: "a" },
      "experiment a word": { experiment_id: "abc", name: "a" },
      "unknown source run": {
        experiment_id: "{{experimentId}}",
        name: "a",
        source_run_id: UNKNOWN_ID,
      },
      "params a text": { experiment_id: "{{experimentId}}", name: "a", params: "x" },
      "param twice": {
        experiment_id: "{{experimentId}}",
        name: "a",
        params: [
          { key: "k", value: "1" },
          { key: "k", value: "2" },
        ],
      },
      "param key too long": {
        experiment_id: "{{experimentId}}",
        name: "a",
        params: [{ key: "k".repeat(256), value: "" }],
      },
      "param value too long": {
        experiment_id: "{{experimentId}}",
        name: "a",
        params: [{ key: "k", value: "v".repeat(6001) }],
      },
      "tag key too long": { experiment_id: "{{experimentId}}", name: "a", tags: [{ key: "k".repeat(256), value: "" }] },
      "tag value too long": {
        experiment_id: "{{experimentId}}",
        name: "a",
        tags: [{ key: "k", value: "v".repeat(8001) }],
      },
      "tag key climbs": { experiment_id: "{{experimentId}}", name: "a", tags: [{ key: "../k", value: "" }] },
      "tag without a key": { experiment_id: "{{experimentId}}", name: "a", tags: [{ value: "x" }] },
      camelCase: { experimentId: "{{experimentId}}", name: "camel", modelType: "x" },
    }),
    post("delete the experiment", "experiments/delete", { experiment_id: "{{experimentId}}" }),
    post("in a deleted experiment", "logged-models", { experiment_id: "{{experimentId}}", name: "late" }),
  ),
  scenario(
    "logged models: errors",
    createExperiment(),
    createModel(),
    createModel("third"),
    createModel("scratch", { params: [{ key: "k", value: "1" }] }),
    getEach(`logged-models/${UNKNOWN}`, { "get unknown": {} }),
    get("get odd id", "logged-models/abc"),
    patch("finalize unknown", `logged-models/${UNKNOWN}`, { model_id: UNKNOWN, status: "LOGGED_MODEL_READY" }),
    patch("finalize without a status", "logged-models/{{modelId}}", { model_id: "{{modelId}}" }),
    patch("finalize with an unknown status", "logged-models/{{scratch}}", { model_id: "{{scratch}}", status: "FOO" }),
    patch("finalize with a short status", "logged-models/{{scratch}}", { model_id: "{{scratch}}", status: "READY" }),
    patch("finalize unspecified", "logged-models/{{scratch}}", {
      model_id: "{{scratch}}",
      status: "LOGGED_MODEL_STATUS_UNSPECIFIED",
    }),
    patch("finalize another by the body", "logged-models/{{third}}", {
      model_id: UNKNOWN,
      status: "LOGGED_MODEL_READY",
    }),
    patch("set tags of unknown", `logged-models/${UNKNOWN}/tags`, { tags: [{ key: "a", value: "b" }] }),
    patch("set no tags", "logged-models/{{modelId}}/tags", {}),
    patch("set tags a text", "logged-models/{{scratch}}/tags", { tags: "x" }),
    patch("set tag key too long", "logged-models/{{third}}/tags", { tags: [{ key: "k".repeat(256), value: "b" }] }),
    patch("set tag value too long", "logged-models/{{modelId}}/tags", {
      tags: [{ key: "k", value: "v".repeat(8001) }],
    }),
    del("delete tag of unknown", `logged-models/${UNKNOWN}/tags/a`, {}),
    del("delete unknown", `logged-models/${UNKNOWN}`, {}),
    postEach("logged-models/{{modelId}}/params", {
      "log no params": { model_id: "{{modelId}}" },
      "log params a text": { model_id: "{{modelId}}", params: "x" },
    }),
    post("log a param twice", "logged-models/{{scratch}}/params", {
      model_id: "{{scratch}}",
      params: [{ key: "k", value: "2" }],
    }),
    post("log params of unknown", `logged-models/${UNKNOWN}/params`, {
      model_id: UNKNOWN,
      params: [{ key: "k", value: "2" }],
    }),
    get("list artifacts of unknown", `logged-models/${UNKNOWN}/artifacts/directories`),
    get("list artifacts climbing out", "logged-models/{{modelId}}/artifacts/directories", {
      artifact_directory_path: "../..",
    }),
    get("unchanged", "logged-models/{{modelId}}"),
  ),
  scenario(
    "logged models: metrics",
    createExperiment(),
    createRun(),
    createModel(),
    post("log", "runs/log-batch", {
      run_id: "{{runId}}",
      metrics: [
        { key: "acc", value: 0.5, timestamp: T, step: 0, model_id: "{{modelId}}" },
        { key: "acc", value: 0.7, timestamp: T + 1, step: 1, model_id: "{{modelId}}" },
        {
          key: "loss",
          value: "NaN",
          timestamp: T,
          step: 0,
          model_id: "{{modelId}}",
          dataset_name: "d",
          dataset_digest: "1",
        },
        { key: "run only", value: 1, timestamp: T, step: 0 },
      ],
    }),
    post("same point again", "runs/log-metric", {
      run_id: "{{runId}}",
      key: "acc",
      value: 0.7,
      timestamp: T + 1,
      step: 1,
      model_id: "{{modelId}}",
    }),
    get("get", "logged-models/{{modelId}}", {}, { ordered: true }),
    get("run", "runs/get", { run_id: "{{runId}}" }),
  ),
];
