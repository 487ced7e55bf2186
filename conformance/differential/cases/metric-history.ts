import { createExperiment, createRun, get, getEach, post, scenario, UNKNOWN_ID } from "../steps.ts";
import type { Scenario, Step } from "../types.ts";

const T = 1_700_000_000_000;

const BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk";
const INTERVAL = "metrics/get-history-bulk-interval";

/** `length` points of `loss`: step 0, 1, 2…, one second apart. */
function logLoss(variable: string, length: number): Step {
  return post(`log ${length} points into ${variable}`, "runs/log-batch", {
    run_id: `{{${variable}}}`,
    metrics: Array.from({ length }, (_, step) => ({
      key: "loss",
      value: 100 - step,
      timestamp: T + step * 1000,
      step,
    })),
  });
}

const twoRuns: Step[] = [createExperiment(), createRun("a"), createRun("b"), logLoss("a", 10), logLoss("b", 4)];

export const metricHistoryScenarios: Scenario[] = [
  scenario(
    "metric history: one metric",
    createExperiment(),
    createRun(),
    post("log out of order, with ties and special values", "runs/log-batch", {
      run_id: "{{runId}}",
      metrics: [
        { key: "loss", value: 3, timestamp: T + 2, step: 1 },
        { key: "loss", value: 1, timestamp: T, step: 5 },
        { key: "loss", value: 2, timestamp: T, step: 0 },
        { key: "loss", value: 9, timestamp: T, step: 0 },
        { key: "loss", value: "NaN", timestamp: T, step: 0 },
        { key: "loss", value: "Infinity", timestamp: T + 1, step: 7 },
        { key: "loss", value: -1, timestamp: T + 2, step: -1 },
        { key: "other/metric", value: 1, timestamp: T, step: 0 },
      ],
    }),
    get("all", "metrics/get-history", { run_id: "{{runId}}", metric_key: "loss" }),
    get("by run_uuid", "metrics/get-history", { run_uuid: "{{runId}}", metric_key: "loss" }),
    get("key with a slash", "metrics/get-history", { run_id: "{{runId}}", metric_key: "other/metric" }),
    get(
      "page 1",
      "metrics/get-history",
      { run_id: "{{runId}}", metric_key: "loss", max_results: "3" },
      {
        capture: { token: "next_page_token" },
      },
    ),
    get(
      "page 2",
      "metrics/get-history",
      {
        run_id: "{{runId}}",
        metric_key: "loss",
        max_results: "3",
        page_token: "{{token}}",
      },
      { capture: { token: "next_page_token" } },
    ),
    get("page 3", "metrics/get-history", {
      run_id: "{{runId}}",
      metric_key: "loss",
      max_results: "3",
      page_token: "{{token}}",
    }),
    get("exactly full page", "metrics/get-history", { run_id: "{{runId}}", metric_key: "loss", max_results: "7" }),
    get("token without max_results", "metrics/get-history", {
      run_id: "{{runId}}",
      metric_key: "loss",
      page_token: "{{token}}",
    }),
    getEach("metrics/get-history", {
      "max_results 0": { run_id: "{{runId}}", metric_key: "loss", max_results: "0" },
      "max_results -1": { run_id: "{{runId}}", metric_key: "loss", max_results: "-1" },
      "max_results 25000": { run_id: "{{runId}}", metric_key: "loss", max_results: "25000" },
      "max_results 25001": { run_id: "{{runId}}", metric_key: "loss", max_results: "25001" },
      "max_results a word": { run_id: "{{runId}}", metric_key: "loss", max_results: "many" },
      "broken token": { run_id: "{{runId}}", metric_key: "loss", max_results: "3", page_token: "!!" },
      "token of rubbish": { run_id: "{{runId}}", metric_key: "loss", max_results: "3", page_token: "YWJj" },
      "unknown metric": { run_id: "{{runId}}", metric_key: "nothing" },
      "unknown run": { run_id: UNKNOWN_ID, metric_key: "loss" },
      "without a metric": { run_id: "{{runId}}" },
      "empty metric": { run_id: "{{runId}}", metric_key: "" },
      "without a run": { metric_key: "loss" },
      camelCase: { runId: "{{runId}}", metricKey: "loss" },
    }),
    post("by POST", "metrics/get-history", { run_id: "{{runId}}", metric_key: "loss" }),
  ),
  scenario(
    "metric history: bulk",
    twoRuns,
    getEach(BULK, {
      "one run": { run_id: "{{a}}", metric_key: "loss" },
      max_results: { run_id: "{{a}}", metric_key: "loss", max_results: "3" },
      "max_results 0": { run_id: "{{a}}", metric_key: "loss", max_results: "0" },
      "max_results a word": { run_id: "{{a}}", metric_key: "loss", max_results: "many" },
      "max_results 25001": { run_id: "{{a}}", metric_key: "loss", max_results: "25001" },
      "unknown run beside": { run_id: ["{{b}}", UNKNOWN_ID], metric_key: "loss" },
      "same run twice": { run_id: ["{{b}}", "{{b}}"], metric_key: "loss" },
      "unknown metric": { run_id: "{{a}}", metric_key: "nothing" },
      "without a metric": { run_id: "{{a}}" },
      "without a run": { metric_key: "loss" },
      "empty run": { run_id: "", metric_key: "loss" },
      "101 runs": { run_id: Array.from({ length: 101 }, (_, index) => `run${index}`), metric_key: "loss" },
      "100 runs": { run_id: Array.from({ length: 100 }, (_, index) => `run${index}`), metric_key: "loss" },
    }),
    get("at /api it does not exist", "metrics/get-history-bulk", { run_id: "{{a}}", metric_key: "loss" }),
  ),
  scenario(
    "metric history: interval",
    twoRuns,
    getEach(INTERVAL, {
      "one run": { run_ids: "{{a}}", metric_key: "loss" },
      "sampled to 4": { run_ids: "{{a}}", metric_key: "loss", max_results: "4" },
      "sampled to 3": { run_ids: "{{a}}", metric_key: "loss", max_results: "3" },
      "sampled to 2": { run_ids: "{{a}}", metric_key: "loss", max_results: "2" },
      "sampled to 1": { run_ids: "{{a}}", metric_key: "loss", max_results: "1" },
      "as many as there are": { run_ids: "{{a}}", metric_key: "loss", max_results: "10" },
      "one less": { run_ids: "{{a}}", metric_key: "loss", max_results: "9" },
      "steps 2 to 5": { run_ids: "{{a}}", metric_key: "loss", start_step: "2", end_step: "5" },
      "steps 2 to 8 sampled": {
        run_ids: "{{a}}",
        metric_key: "loss",
        start_step: "2",
        end_step: "8",
        max_results: "3",
      },
      "one step": { run_ids: "{{a}}", metric_key: "loss", start_step: "3", end_step: "3" },
      "no such steps": { run_ids: "{{a}}", metric_key: "loss", start_step: "50", end_step: "60" },
      "start after end": { run_ids: "{{a}}", metric_key: "loss", start_step: "5", end_step: "2" },
      "only a start": { run_ids: "{{a}}", metric_key: "loss", start_step: "2" },
      "only an end": { run_ids: "{{a}}", metric_key: "loss", end_step: "2" },
      "negative start": { run_ids: "{{a}}", metric_key: "loss", start_step: "-5", end_step: "1" },
      "unknown run beside": { run_ids: ["{{b}}", UNKNOWN_ID], metric_key: "loss" },
      "unknown metric": { run_ids: "{{a}}", metric_key: "nothing" },
      "max_results 0": { run_ids: "{{a}}", metric_key: "loss", max_results: "0" },
      "max_results -1": { run_ids: "{{a}}", metric_key: "loss", max_results: "-1" },
      "max_results 2500": { run_ids: "{{b}}", metric_key: "loss", max_results: "2500" },
      "max_results 2501": { run_ids: "{{b}}", metric_key: "loss", max_results: "2501" },
      "max_results a word": { run_ids: "{{b}}", metric_key: "loss", max_results: "many" },
      "without a metric": { run_ids: "{{a}}" },
      "without runs": { metric_key: "loss" },
      "101 runs": { run_ids: Array.from({ length: 101 }, (_, index) => `run${index}`), metric_key: "loss" },
    }),
    get("by the UI's path", `/ajax-api/2.0/mlflow/${INTERVAL}`, { run_ids: "{{b}}", metric_key: "loss" }),
    get("by 3.0", `/api/3.0/mlflow/${INTERVAL}`, { run_ids: "{{b}}", metric_key: "loss" }),
  ),
];
