import { createExperiment, createRun, patch, post, postEach, scenario } from "../steps.ts";
import type { JsonValue, Scenario, Step } from "../types.ts";

const T = 1_700_000_000_000;

function filters(rows: Record<string, string>): Step[] {
  return Object.entries(rows).map(([name, filter]) =>
    post(`filter: ${name}`, "logged-models/search", {
      experiment_ids: ["{{experimentId}}"],
      filter,
      order_by: [{ field_name: "name" }],
    }),
  );
}

function orders(rows: Record<string, JsonValue>): Step[] {
  return Object.entries(rows).map(([name, order_by]) =>
    post(`order: ${name}`, "logged-models/search", { experiment_ids: ["{{experimentId}}"], order_by }),
  );
}

function createModel(name: string, fields: { [key: string]: JsonValue }): Step {
  return post(
    `create ${name}`,
    "logged-models",
    { experiment_id: "{{experimentId}}", name, ...fields },
    {
      capture: { [name]: "model.info.model_id" },
      pauseMs: 3,
    },
  );
}

const threeModels: Step[] = [
  createExperiment(),
  createRun(),
  createModel("alpha", {
    model_type: "agent",
    source_run_id: "{{runId}}",
    params: [{ key: "lr", value: "0.1" }],
    tags: [{ key: "team", value: "Blue" }],
  }),
  createModel("beta", { model_type: "classifier", params: [{ key: "lr", value: "0.2" }] }),
  createModel("gamma", { tags: [{ key: "team", value: "red" }] }),
  patch("alpha ready", "logged-models/{{alpha}}", { model_id: "{{alpha}}", status: "LOGGED_MODEL_READY" }),
  post("metrics", "runs/log-batch", {
    run_id: "{{runId}}",
    metrics: [
      {
        key: "acc",
        value: 0.5,
        timestamp: T,
        step: 0,
        model_id: "{{alpha}}",
        dataset_name: "iris",
        dataset_digest: "d1",
      },
      {
        key: "acc",
        value: 0.9,
        timestamp: T,
        step: 0,
        model_id: "{{beta}}",
        dataset_name: "wine",
        dataset_digest: "d2",
      },
      { key: "loss", value: 1, timestamp: T, step: 0, model_id: "{{beta}}" },
    ],
  }),
];

export const loggedModelSearchScenarios: Scenario[] = [
  scenario(
    "logged model search: filters",
    threeModels,
    filters({
      none: "",
      "name =": "name = 'alpha'",
      "name with prefix": "attributes.name = 'alpha'",
      "name !=": "name != 'alpha'",
      "name LIKE": "name LIKE '%a'",
      "name ILIKE": "name ILIKE 'ALPHA'",
      "name IN": "name IN ('alpha', 'beta')",
      "name NOT IN": "name NOT IN ('alpha', 'beta')",
      model_id: "model_id = '{{alpha}}'",
      model_type: "model_type = 'agent'",
      status: "status = 'READY'",
      "status by wire name": "status = 'LOGGED_MODEL_READY'",
      source_run_id: "source_run_id = '{{runId}}'",
      creation_timestamp: "creation_timestamp > 0",
      creation_time: "creation_time > 0",
      last_updated_timestamp: "last_updated_timestamp >= 0",
      last_updated_time: "last_updated_time < 5",
      "metric >": "metrics.acc > 0.6",
      "metric =": "metrics.acc = 0.5",
      "metric !=": "metrics.acc != 0.5",
      "metric in backticks": "metrics.`acc` > 0.6",
      param: "params.lr = '0.1'",
      "param LIKE": "params.lr LIKE '0%'",
      "param !=": "params.lr != '0.1'",
      "param IN": "params.lr IN ('0.1', '0.2')",
      tag: "tags.team = 'Blue'",
      "tag LIKE": "tags.team ILIKE 'b%'",
      "tag in backticks": "tags.`team` = 'Blue'",
      "tag IS NULL": "tags.team IS NULL",
      two: "tags.team = 'Blue' AND metrics.acc > 0.1",
      "lower-case and": "tags.team = 'Blue' and metrics.acc > 0.1",
      "singular metric": "metric.acc > 0.6",
      "singular param": "param.lr = '0.1'",
      "singular tag": "tag.team = 'Blue'",
      "unknown attribute": "colour = 'x'",
      "unknown entity": "things.colour = 'x'",
      "metric with a text": "metrics.acc > '0.6'",
      "metric LIKE": "metrics.acc LIKE 1",
      "name >": "name > 'a'",
      "name unquoted": "name = alpha",
      "timestamp quoted": "creation_timestamp > '0'",
      OR: "name = 'alpha' OR name = 'beta'",
      parentheses: "(name = 'alpha')",
      NOT: "NOT name = 'alpha'",
      word: "foo",
      "no value": "name =",
      "trailing AND": "name = 'alpha' AND",
      semicolon: "name = 'a'; DROP TABLE x",
      "unclosed quote": "name = 'a",
    }),
  ),
  scenario(
    "logged model search: order and datasets",
    threeModels,
    orders({
      none: [],
      "name DESC": [{ field_name: "name", ascending: false }],
      "name by default ascending": [{ field_name: "name" }],
      "attribute prefix": [{ field_name: "attributes.name" }],
      creation_timestamp: [{ field_name: "creation_timestamp", ascending: true }],
      creation_time: [{ field_name: "creation_time", ascending: true }],
      last_updated_timestamp: [{ field_name: "last_updated_timestamp", ascending: false }],
      metric: [{ field_name: "metrics.acc", ascending: true }],
      "metric DESC": [{ field_name: "metrics.acc", ascending: false }],
      "metric on a dataset": [
        { field_name: "metrics.acc", ascending: true, dataset_name: "iris", dataset_digest: "d1" },
      ],
      "metric on a dataset name": [{ field_name: "metrics.acc", ascending: true, dataset_name: "wine" }],
      model_type: [{ field_name: "model_type" }],
      status: [{ field_name: "status" }, { field_name: "name" }],
      param: [{ field_name: "params.lr" }],
      tag: [{ field_name: "tags.team" }],
      unknown: [{ field_name: "colour" }],
      "without a field": [{ ascending: true }],
      "digest without a name": [{ field_name: "metrics.acc", dataset_digest: "d1" }],
      text: ["name"],
      "ascending a text": [{ field_name: "name", ascending: "no" }],
    }),
    postEach("logged-models/search", {
      dataset: { experiment_ids: ["{{experimentId}}"], datasets: [{ dataset_name: "iris", dataset_digest: "d1" }] },
      "dataset by name": { experiment_ids: ["{{experimentId}}"], datasets: [{ dataset_name: "wine" }] },
      "dataset with a metric": {
        experiment_ids: ["{{experimentId}}"],
        filter: "metrics.acc > 0.6",
        datasets: [{ dataset_name: "iris", dataset_digest: "d1" }],
      },
      "two datasets": {
        experiment_ids: ["{{experimentId}}"],
        datasets: [{ dataset_name: "iris" }, { dataset_name: "wine" }],
        order_by: [{ field_name: "name" }],
      },
      "dataset without a name": { experiment_ids: ["{{experimentId}}"], datasets: [{ dataset_digest: "d1" }] },
      "datasets a text": { experiment_ids: ["{{experimentId}}"], datasets: "iris" },
    }),
  ),
  scenario(
    "logged model search: pages",
    threeModels,
    post(
      "page 1",
      "logged-models/search",
      { experiment_ids: ["{{experimentId}}"], max_results: 2 },
      {
        capture: { token: "next_page_token" },
      },
    ),
    post("page 2", "logged-models/search", {
      experiment_ids: ["{{experimentId}}"],
      max_results: 2,
      page_token: "{{token}}",
    }),
    post("token with another filter", "logged-models/search", {
      experiment_ids: ["{{experimentId}}"],
      max_results: 2,
      filter: "name = 'alpha'",
      page_token: "{{token}}",
    }),
    post("token with another experiment", "logged-models/search", {
      experiment_ids: ["0"],
      max_results: 2,
      page_token: "{{token}}",
    }),
    postEach("logged-models/search", {
      "max_results 0": { experiment_ids: ["{{experimentId}}"], max_results: 0 },
      "max_results -1": { experiment_ids: ["{{experimentId}}"], max_results: -1 },
      "max_results 1000": { experiment_ids: ["{{experimentId}}"], max_results: 1000 },
      "max_results 100000": { experiment_ids: ["{{experimentId}}"], max_results: 100000 },
      "max_results a word": { experiment_ids: ["{{experimentId}}"], max_results: "many" },
      "broken token": { experiment_ids: ["{{experimentId}}"], page_token: "!!" },
      "token of rubbish": { experiment_ids: ["{{experimentId}}"], page_token: "YWJj" },
      "no experiments": { experiment_ids: [] },
      "without experiments": {},
      "unknown experiment": { experiment_ids: ["999999999"] },
      "experiment a word": { experiment_ids: ["abc"] },
      "experiments a text": { experiment_ids: "5" },
    }),
  ),
];
