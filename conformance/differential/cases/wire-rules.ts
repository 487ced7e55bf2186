import { createExperiment, createRun, del, get, post, raw, scenario } from "../steps.ts";
import type { Scenario, Step } from "../types.ts";

const PREFIXES = ["/api/2.0", "/ajax-api/2.0", "/api/3.0", "/ajax-api/3.0"];

/** One operation of each group under each prefix. */
function underEachPrefix(operation: string, query: Record<string, string>): Step[] {
  return PREFIXES.map((prefix) => get(`${operation} under ${prefix}`, `${prefix}/mlflow/${operation}`, query));
}

const CREATE = "/api/2.0/mlflow/experiments/create";
const GET_RUN = "/api/2.0/mlflow/runs/get";

export const wireRuleScenarios: Scenario[] = [
  scenario(
    "wire: prefixes",
    createExperiment(),
    createRun(),
    post("registered model", "registered-models/create", { name: "m-{{unique}}" }),
    post(
      "logged model",
      "logged-models",
      { experiment_id: "{{experimentId}}", name: "net" },
      {
        capture: { modelId: "model.info.model_id" },
      },
    ),
    underEachPrefix("experiments/get", { experiment_id: "{{experimentId}}" }),
    underEachPrefix("runs/get", { run_id: "{{runId}}" }),
    underEachPrefix("metrics/get-history", { run_id: "{{runId}}", metric_key: "m" }),
    underEachPrefix("artifacts/list", { run_id: "{{runId}}" }),
    underEachPrefix("registered-models/get", { name: "m-{{unique}}" }),
    underEachPrefix("logged-models/{{modelId}}", {}),
    PREFIXES.map((prefix) =>
      get(`artifact proxy under ${prefix}`, `${prefix}/mlflow-artifacts/artifacts`, { path: "{{unique}}" }),
    ),
    PREFIXES.map((prefix) => get(`server-info under ${prefix}`, `${prefix}/mlflow/server-info`)),
    PREFIXES.map((prefix) =>
      post(`log-batch under ${prefix}`, `${prefix}/mlflow/runs/log-batch`, {
        run_id: "{{runId}}",
        params: [{ key: "p", value: "1" }],
      }),
    ),
  ),
  scenario(
    "wire: content types",
    raw("none", "POST", CREATE, '{"name":"none-{{unique}}"}', { contentType: null }),
    raw("text", "POST", CREATE, '{"name":"text-{{unique}}"}', { contentType: "text/plain" }),
    raw("form", "POST", CREATE, "name=form-{{unique}}", { contentType: "application/x-www-form-urlencoded" }),
    raw("multipart", "POST", CREATE, "x", { contentType: "multipart/form-data; boundary=x" }),
    raw("with a charset", "POST", CREATE, '{"name":"charset-{{unique}}"}', {
      contentType: "application/json; charset=utf-8",
    }),
    raw("upper case", "POST", CREATE, '{"name":"upper-{{unique}}"}', { contentType: "Application/JSON" }),
    raw("vendor json", "POST", CREATE, '{"name":"vendor-{{unique}}"}', { contentType: "application/vnd.api+json" }),
    raw("json-like", "POST", CREATE, '{"name":"jsonlike-{{unique}}"}', { contentType: "application/jsonx" }),
    raw("rubbish", "POST", CREATE, '{"name":"rubbish-{{unique}}"}', { contentType: "rubbish" }),
    raw("PATCH without a type", "PATCH", "registered-models/update", '{"name":"nothing-{{unique}}"}', {
      contentType: null,
    }),
    raw("DELETE without a type", "DELETE", "registered-models/delete", '{"name":"nothing-{{unique}}"}', {
      contentType: null,
    }),
    raw("DELETE as text", "DELETE", "registered-models/delete", '{"name":"nothing-{{unique}}"}', {
      contentType: "text/plain",
    }),
  ),
  scenario(
    "wire: bodies",
    raw("empty", "POST", CREATE, "", { contentType: "application/json" }),
    raw("broken", "POST", CREATE, '{"name":', {}),
    raw("not JSON", "POST", CREATE, "name", {}),
    raw("array", "POST", CREATE, "[]", {}),
    raw("array of objects", "POST", CREATE, '[{"name":"x"}]', {}),
    raw("null", "POST", CREATE, "null", {}),
    raw("number", "POST", CREATE, "5", {}),
    raw("true", "POST", CREATE, "true", {}),
    raw("text", "POST", CREATE, '"text"', {}),
    raw("JSON inside a text", "POST", CREATE, '"{\\"name\\": \\"inside-{{unique}}\\"}"', {}),
    raw("duplicate keys", "POST", CREATE, '{"name":"first-{{unique}}","name":"second-{{unique}}"}', {}),
    raw("trailing comma", "POST", CREATE, '{"name":"comma-{{unique}}",}', {}),
    raw("trailing rubbish", "POST", CREATE, '{"name":"trail-{{unique}}"} x', {}),
    raw("single quotes", "POST", CREATE, "{'name':'single'}", {}),
    raw("byte order mark", "POST", CREATE, '\ufeff{"name":"bom-{{unique}}"}', {}),
    raw("escapes", "POST", CREATE, '{"name":"esc\\u00e9\\ud83c\\udf89-{{unique}}"}', {}),
    raw("lone surrogate", "POST", CREATE, '{"name":"lone\\ud83c-{{unique}}"}', {}),
    raw("null character", "POST", CREATE, '{"name":"nul\\u0000-{{unique}}"}', {}),
    raw("control character", "POST", CREATE, '{"name":"tab\t-{{unique}}"}', {}),
    raw("whitespace around", "POST", CREATE, '\n  {"name":"space-{{unique}}"}\n ', {}),
    raw("deeply nested", "POST", CREATE, `{"name":"deep-{{unique}}","x":${"[".repeat(500)}${"]".repeat(500)}}`, {}),
    raw("__proto__", "POST", CREATE, '{"__proto__":{"name":"polluted"},"constructor":1}', {}),
    del("DELETE with an array", "registered-models/delete", []),
  ),
  scenario(
    "wire: field names",
    createExperiment(),
    createExperiment("scratch-{{unique}}", "scratchExperiment"),
    post(
      "create scratch",
      "runs/create",
      { experiment_id: "{{scratchExperiment}}", run_name: "scratch" },
      {
        capture: { scratch: "run.info.run_id" },
      },
    ),
    createRun(),
    post("camelCase with a required name", "runs/log-parameter", { runId: "{{scratch}}", key: "a", value: "1" }),
    post("camelCase optional", "runs/search", { experiment_ids: ["{{experimentId}}"], maxResults: 1, orderBy: [] }),
    post("both spellings, equal", "runs/search", {
      experiment_ids: ["{{experimentId}}"],
      max_results: 1,
      maxResults: 1,
    }),
    post("both spellings, unequal", "runs/search", {
      experiment_ids: ["{{experimentId}}"],
      max_results: 1,
      maxResults: 2,
    }),
    post("upper case", "runs/search", { experiment_ids: ["{{experimentId}}"], MAX_RESULTS: 0 }),
    post("unknown fields", "runs/search", { experiment_ids: ["{{experimentId}}"], colour: { a: [1] }, "": 1 }),
    post("null fields", "runs/search", {
      experiment_ids: ["{{experimentId}}"],
      filter: null,
      order_by: null,
      max_results: null,
      page_token: null,
      run_view_type: null,
    }),
    post("null in a list", "runs/search", { experiment_ids: ["{{experimentId}}", null] }),
    get("camelCase in a query", "runs/get", { runId: "{{runId}}" }),
    get("unknown key in a query", "runs/get", { run_id: "{{runId}}", colour: "red" }),
    get("repeated key in a query", "runs/get", { run_id: ["{{runId}}", "nothing"] }),
    get("repeated key, unknown first", "runs/get", { run_id: ["nothing", "{{runId}}"] }),
    raw("GET with a body", "GET", GET_RUN, '{"run_id":"{{runId}}"}', {}),
    raw("GET with a body and no type", "GET", GET_RUN, '{"run_id":"{{runId}}"}', { contentType: null }),
    raw("GET with a body and a query", "GET", `${GET_RUN}?run_id={{runId}}`, '{"run_id":"nothing"}', {}),
    raw("GET with a broken body", "GET", GET_RUN, "{", {}),
    raw("POST with the query only", "POST", "runs/delete?run_id={{runId}}", "{}", {}),
    { name: "POST without a body", method: "POST", path: "runs/delete", contentType: "application/json" },
    get("percent in a query", "experiments/get-by-name", { experiment_name: "100%" }),
    { name: "plus in a query", method: "GET", path: "experiments/get-by-name?experiment_name=exp+plus" },
    { name: "broken percent in a query", method: "GET", path: "experiments/get-by-name?experiment_name=%zz" },
    { name: "invalid UTF-8 in a query", method: "GET", path: "experiments/get-by-name?experiment_name=%ff%fe" },
    { name: "empty query value", method: "GET", path: "runs/get?run_id" },
    { name: "only a question mark", method: "GET", path: "runs/get?" },
  ),
];
