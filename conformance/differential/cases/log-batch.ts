import { createExperiment, createRun, get, post, postEach, scenario, UNKNOWN_ID } from "../steps.ts";
import type { JsonValue, Scenario } from "../types.ts";

const T = 1_700_000_000_000;

function list(length: number, item: (index: number) => JsonValue): JsonValue[] {
  return Array.from({ length }, (_, index) => item(index));
}

const metrics = (length: number) =>
  list(length, (index) => ({ key: `m${index}`, value: index, timestamp: T, step: 0 }));
const params = (length: number) => list(length, (index) => ({ key: `p${index}`, value: String(index) }));
const tags = (length: number) => list(length, (index) => ({ key: `t${index}`, value: String(index) }));

export const logBatchScenarios: Scenario[] = [
  scenario(
    "log-batch: usual cases",
    createExperiment(),
    createRun(),
    createRun("scratch"),
    postEach("runs/log-batch", {
      "one of each": {
        run_id: "{{runId}}",
        metrics: [{ key: "m", value: 1.5, timestamp: T, step: 3 }],
        params: [{ key: "p", value: "v" }],
        tags: [{ key: "t", value: "v" }],
      },
      nothing: { run_id: "{{runId}}" },
      "empty lists": { run_id: "{{runId}}", metrics: [], params: [], tags: [] },
      "same param again": { run_id: "{{runId}}", params: [{ key: "p", value: "v" }] },
      "several steps of one metric": {
        run_id: "{{runId}}",
        metrics: list(5, (index) => ({ key: "steps", value: index * 2, timestamp: T + index, step: 4 - index })),
      },
      "same point twice": {
        run_id: "{{runId}}",
        metrics: list(2, () => ({ key: "twice", value: 1, timestamp: T, step: 0 })),
      },
      "special values": {
        run_id: "{{runId}}",
        metrics: [
          { key: "nan", value: "NaN", timestamp: T, step: 0 },
          { key: "inf", value: "Infinity", timestamp: T, step: 0 },
          { key: "neginf", value: "-Infinity", timestamp: T, step: 0 },
        ],
      },
      "same tag twice": {
        run_id: "{{runId}}",
        tags: [
          { key: "dup", value: "1" },
          { key: "dup", value: "2" },
        ],
      },
      "run name tag": { run_id: "{{runId}}", tags: [{ key: "mlflow.runName", value: "renamed by batch" }] },
      camelCase: { runId: "{{scratch}}", params: [{ key: "camel", value: "1" }] },
      "texts for numbers": {
        run_id: "{{scratch}}",
        metrics: [{ key: "txt", value: "2.5", timestamp: "17", step: "4" }],
      },
      "non-ASCII": {
        run_id: "{{runId}}",
        params: [{ key: "ключ", value: "日本" }],
        tags: [{ key: "тег", value: "🎉" }],
      },
      "long values": {
        run_id: "{{runId}}",
        params: [{ key: "longparam", value: "v".repeat(6001) }],
        tags: [{ key: "longtag", value: "v".repeat(8001) }],
      },
      "empty param value": { run_id: "{{runId}}", params: [{ key: "emptyparam", value: "" }] },
      "absent param value": { run_id: "{{scratch}}", params: [{ key: "absentparam" }] },
      "absent tag value": { run_id: "{{scratch}}", tags: [{ key: "absenttag" }] },
      "100 params and 100 tags": { run_id: "{{runId}}", params: params(100), tags: tags(100) },
    }),
    get("all of it", "runs/get", { run_id: "{{runId}}" }),
    get("steps history", "metrics/get-history", { run_id: "{{runId}}", metric_key: "steps" }),
    get("twice history", "metrics/get-history", { run_id: "{{runId}}", metric_key: "twice" }),
  ),
  scenario(
    "log-batch: 1,000 metrics",
    createExperiment(),
    createRun(),
    createRun("scratch"),
    post("1,000", "runs/log-batch", { run_id: "{{runId}}", metrics: metrics(1000) }),
    get("get", "runs/get", { run_id: "{{runId}}" }),
  ),
  scenario(
    "log-batch: errors change nothing",
    createExperiment(),
    createRun(),
    createRun("scratch"),
    post("a param first", "runs/log-batch", { run_id: "{{runId}}", params: [{ key: "p", value: "v" }] }),
    postEach("runs/log-batch", {
      "without a run": { params: [{ key: "a", value: "1" }] },
      "empty run": { run_id: "", params: [{ key: "a", value: "1" }] },
      "unknown run": { run_id: UNKNOWN_ID, params: [{ key: "a", value: "1" }] },
      "odd run id": { run_id: "../x", params: [{ key: "a", value: "1" }] },
      "run id with a space": { run_id: "a b", params: [{ key: "a", value: "1" }] },
      "run id a number": { run_id: 5, params: [{ key: "a", value: "1" }] },
      "1,001 metrics": { run_id: "{{runId}}", metrics: metrics(1001) },
      "101 params": { run_id: "{{runId}}", params: params(101) },
      "101 tags": { run_id: "{{runId}}", tags: tags(101) },
      "1,001 in all": { run_id: "{{runId}}", metrics: metrics(901), params: params(50), tags: tags(50) },
      "metrics a text": { run_id: "{{runId}}", metrics: "m" },
      "metrics an object": { run_id: "{{runId}}", metrics: { key: "m", value: 1, timestamp: 1 } },
      "metrics of texts": { run_id: "{{scratch}}", metrics: ["m"] },
      "params a text": { run_id: "{{runId}}", params: "m" },
      "tags a number": { run_id: "{{runId}}", tags: 5 },
      "metric without a key": { run_id: "{{runId}}", metrics: [{ value: 1, timestamp: T, step: 0 }] },
      "metric without a value": { run_id: "{{runId}}", metrics: [{ key: "m", timestamp: T, step: 0 }] },
      "metric without a timestamp": { run_id: "{{runId}}", metrics: [{ key: "m", value: 1, step: 0 }] },
      "metric without a step": { run_id: "{{scratch}}", metrics: [{ key: "nostep", value: 1, timestamp: T }] },
      "metric value a word": { run_id: "{{scratch}}", metrics: [{ key: "m", value: "high", timestamp: T, step: 0 }] },
      "metric timestamp negative": { run_id: "{{runId}}", metrics: [{ key: "m", value: 1, timestamp: -1, step: 0 }] },
      "metric key bad": {
        run_id: "{{runId}}",
        params: [{ key: "before", value: "1" }],
        metrics: [{ key: "../m", value: 1, timestamp: T, step: 0 }],
      },
      "second metric bad": {
        run_id: "{{runId}}",
        metrics: [
          { key: "good", value: 1, timestamp: T, step: 0 },
          { key: "k".repeat(251), value: 1, timestamp: T, step: 0 },
        ],
      },
      "param without a key": { run_id: "{{runId}}", params: [{ value: "1" }] },
      "param key too long": { run_id: "{{runId}}", params: [{ key: "k".repeat(251), value: "1" }] },
      "param key bad": { run_id: "{{runId}}", params: [{ key: "a$", value: "1" }] },
      "param conflict": {
        run_id: "{{runId}}",
        params: [{ key: "p", value: "other" }],
        metrics: [{ key: "afterconflict", value: 1, timestamp: T, step: 0 }],
        tags: [{ key: "afterconflict", value: "1" }],
      },
      "two param conflicts": {
        run_id: "{{runId}}",
        params: [
          { key: "p", value: "other" },
          { key: "fresh", value: "1" },
        ],
      },
      "same param twice, equal": {
        run_id: "{{runId}}",
        params: [
          { key: "d", value: "1" },
          { key: "d", value: "1" },
        ],
      },
      "same param twice, unequal": {
        run_id: "{{runId}}",
        params: [
          { key: "d", value: "1" },
          { key: "d", value: "2" },
        ],
      },
      "tag without a key": { run_id: "{{runId}}", tags: [{ value: "1" }] },
      "tag key too long": { run_id: "{{runId}}", tags: [{ key: "k".repeat(251), value: "1" }] },
      "tag key bad": { run_id: "{{runId}}", tags: [{ key: "a//b", value: "1" }] },
      "param value a number": { run_id: "{{scratch}}", params: [{ key: "number", value: 5 }] },
      "tag value an object": { run_id: "{{scratch}}", tags: [{ key: "object", value: { a: 1 } }] },
    }),
    get("what is left", "runs/get", { run_id: "{{runId}}" }),
  ),
];
