import { createExperiment, createRun, get, post, raw, scenario, UNKNOWN_ID } from "../steps.ts";
import type { JsonValue, Scenario, Step } from "../types.ts";

const T = 1_700_000_000_000;
const API_ERROR = "apiError { code message }";

/** What the run page asks of a run. */
const RUN_FIELDS = `
  info { runName status runUuid experimentId artifactUri endTime lifecycleStage startTime userId }
  experiment { experimentId name tags { key value } artifactLocation lifecycleStage lastUpdateTime }
  modelVersions { status version name source }
  data { metrics { key value step timestamp } params { key value } tags { key value } }
  inputs {
    datasetInputs { dataset { digest name profile schema source sourceType } tags { key value } }
    modelInputs { modelId }
  }
  outputs { modelOutputs { modelId step } }`;

const GET_RUN = `query GetRun($data: MlflowGetRunInput!) @component(name: "MLflow.ExperimentRunTracking") {
  mlflowGetRun(input: $data) { apiError { helpUrl code message } run { ${RUN_FIELDS} } }
}`;

const GET_EXPERIMENT = `query MlflowGetExperimentQuery($input: MlflowGetExperimentInput!) {
  mlflowGetExperiment(input: $input) {
    ${API_ERROR}
    experiment {
      artifactLocation creationTime effectiveTraceArchivalRetention experimentId lastUpdateTime lifecycleStage name
      tags { key value }
    }
  }
}`;

const SEARCH_RUNS = `query SearchRuns($data: MlflowSearchRunsInput!) {
  mlflowSearchRuns(input: $data) { apiError { helpUrl code message } nextPageToken runs { ${RUN_FIELDS} } }
}`;

const INTERVAL = `query GetMetricHistoryBulkInterval($data: MlflowGetMetricHistoryBulkIntervalInput!) {
  mlflowGetMetricHistoryBulkInterval(input: $data) {
    __typename
    metrics { timestamp step runId key value }
    ${API_ERROR}
  }
}`;

const LIST_ARTIFACTS = `query List($data: MlflowListArtifactsInput!) {
  mlflowListArtifacts(input: $data) { rootUri nextPageToken files { path isDir fileSize } ${API_ERROR} }
}`;

const MODEL_VERSIONS = `query Versions($data: MlflowSearchModelVersionsInput!) {
  mlflowSearchModelVersions(input: $data) {
    modelVersions { name version source runId status currentStage description tags { key value } aliases }
    nextPageToken
    ${API_ERROR}
  }
}`;

const DATASETS = `mutation Datasets($data: MlflowSearchDatasetsInput!) {
  mlflowSearchDatasets(input: $data) { datasetSummaries { experimentId name digest context } ${API_ERROR} }
}`;

function ask(name: string, query: string, variables: JsonValue = {}): Step {
  return post(name, "/graphql", { query, variables });
}

export const graphqlScenarios: Scenario[] = [
  scenario(
    "graphql: queries of the UI",
    createExperiment(),
    createRun(),
    post("log", "runs/log-batch", {
      run_id: "{{runId}}",
      metrics: Array.from({ length: 5 }, (_, step) => ({ key: "loss", value: step / 2, timestamp: T + step, step })),
      params: [{ key: "lr", value: "0.1" }],
      tags: [{ key: "team", value: "blue" }],
    }),
    post("log a NaN", "runs/log-metric", { run_id: "{{runId}}", key: "nan", value: "NaN", timestamp: T, step: 0 }),
    post("dataset", "runs/log-inputs", {
      run_id: "{{runId}}",
      datasets: [
        {
          dataset: { name: "iris", digest: "d1", source_type: "local", source: "s", schema: "{}", profile: "{}" },
          tags: [{ key: "mlflow.data.context", value: "train" }],
        },
      ],
    }),
    post(
      "logged model",
      "logged-models",
      { experiment_id: "{{experimentId}}", name: "net", source_run_id: "{{runId}}" },
      {
        capture: { modelId: "model.info.model_id" },
      },
    ),
    post("output", "runs/outputs", { run_id: "{{runId}}", models: [{ model_id: "{{modelId}}", step: 2 }] }),
    post("registered model", "registered-models/create", { name: "m-{{unique}}" }),
    post("version", "model-versions/create", { name: "m-{{unique}}", source: "s3://b/m", run_id: "{{runId}}" }),
    raw("artifact", "PUT", "/api/2.0/mlflow-artifacts/artifacts/{{experimentId}}/{{runId}}/artifacts/dir/a.txt", "x", {
      contentType: null,
    }),
    ask("get run", GET_RUN, { data: { runId: "{{runId}}" } }),
    ask("get run by run_uuid", GET_RUN, { data: { runUuid: "{{runId}}" } }),
    ask("get unknown run", GET_RUN, { data: { runId: UNKNOWN_ID } }),
    ask("get run without an id", GET_RUN, { data: {} }),
    ask("get experiment", GET_EXPERIMENT, { input: { experimentId: "{{experimentId}}" } }),
    ask("get unknown experiment", GET_EXPERIMENT, { input: { experimentId: "999999999" } }),
    ask("search runs", SEARCH_RUNS, { data: { experimentIds: ["{{experimentId}}"], filter: "metrics.loss > 0" } }),
    ask("search runs with all arguments", SEARCH_RUNS, {
      data: {
        experimentIds: ["{{experimentId}}"],
        runViewType: "ACTIVE_ONLY",
        maxResults: 5,
        orderBy: ["metrics.loss DESC"],
      },
    }),
    ask("search runs with a bad filter", SEARCH_RUNS, { data: { experimentIds: ["{{experimentId}}"], filter: "foo" } }),
    ask("search runs as a mutation", SEARCH_RUNS.replace("query", "mutation"), {
      data: { experimentIds: ["{{experimentId}}"] },
    }),
    ask("search no experiments", SEARCH_RUNS, { data: { experimentIds: [] } }),
    ask("metric interval", INTERVAL, {
      data: { runIds: ["{{runId}}"], metricKey: "loss", startStep: null, endStep: null, maxResults: 320 },
    }),
    ask("metric interval sampled", INTERVAL, { data: { runIds: ["{{runId}}"], metricKey: "loss", maxResults: 3 } }),
    ask("metric interval of a NaN", INTERVAL, { data: { runIds: ["{{runId}}"], metricKey: "nan", maxResults: 3 } }),
    ask("metric interval without a key", INTERVAL, { data: { runIds: ["{{runId}}"] } }),
    ask("list artifacts", LIST_ARTIFACTS, { data: { runId: "{{runId}}" } }),
    ask("list artifacts below", LIST_ARTIFACTS, { data: { runId: "{{runId}}", path: "dir" } }),
    ask("list artifacts climbing out", LIST_ARTIFACTS, { data: { runId: "{{runId}}", path: "../.." } }),
    ask("list artifacts of an unknown run", LIST_ARTIFACTS, { data: { runId: "nothing" } }),
    ask("model versions", MODEL_VERSIONS, { data: { filter: "name = 'm-{{unique}}'" } }),
    ask("model versions of the run", MODEL_VERSIONS, { data: { filter: "run_id = '{{runId}}'" } }),
    ask("model versions with a bad filter", MODEL_VERSIONS, { data: { filter: "foo" } }),
    ask("search datasets", DATASETS, { data: { experimentIds: ["{{experimentId}}"] } }),
    ask("search datasets of none", DATASETS, { data: { experimentIds: [] } }),
  ),
  scenario(
    "graphql: the language",
    createExperiment(),
    ask("literal arguments", '{ mlflowGetExperiment(input: {experimentId: "0"}) { experiment { name } } }'),
    ask("alias", '{ a: mlflowGetExperiment(input: {experimentId: "0"}) { experiment { title: name } } }'),
    ask(
      "fragment",
      `query Q { mlflowGetExperiment(input: {experimentId: "0"}) { ...F } }
      fragment F on MlflowGetExperimentResponse { experiment { name lifecycleStage } }`,
    ),
    ask(
      "inline fragment",
      `{ mlflowGetExperiment(input: {experimentId: "0"}) {
      ... on MlflowGetExperimentResponse { experiment { name } } } }`,
    ),
    ask(
      "skip and include",
      `query Q($yes: Boolean!) { mlflowGetExperiment(input: {experimentId: "0"}) {
      experiment { name @include(if: $yes) lifecycleStage @skip(if: $yes) } } }`,
      { yes: true },
    ),
    ask(
      "__typename",
      '{ __typename mlflowGetExperiment(input: {experimentId: "0"}) { __typename experiment { __typename } } }',
    ),
    ask("__schema", "{ __schema { queryType { name } mutationType { name } } }"),
    ask("test", '{ test(inputString: "hello") { output } }'),
    ask("test mutation", 'mutation { testMutation(inputString: "hello") { output } }'),
    ask(
      "comment and commas",
      '{ # a comment\n mlflowGetExperiment(input: {experimentId: "0",}), { experiment, { name } } }',
    ),
    post("operationName", "/graphql", {
      query: `query A { mlflowGetExperiment(input: {experimentId: "0"}) { experiment { name } } }
        query B { mlflowGetExperiment(input: {experimentId: "0"}) { experiment { lifecycleStage } } }`,
      operationName: "B",
    }),
    post("two operations, no name", "/graphql", {
      query: "query A { __typename } query B { __typename }",
    }),
    ask("unknown root field", "{ nothing { a } }"),
    ask("unknown field", '{ mlflowGetExperiment(input: {experimentId: "0"}) { colour } }'),
    ask("unknown argument", '{ mlflowGetExperiment(data: {experimentId: "0"}) { experiment { name } } }'),
    ask("missing variable", GET_EXPERIMENT, {}),
    ask("wrong type of variable", GET_EXPERIMENT, { input: { experimentId: 5 } }),
    ask("unknown input field", GET_EXPERIMENT, { input: { colour: "red" } }),
    ask("no selection", '{ mlflowGetExperiment(input: {experimentId: "0"}) }'),
    ask("syntax error", "{ mlflowGetExperiment("),
    ask("empty query", ""),
    post("without a query", "/graphql", {}),
    post("query a number", "/graphql", { query: 5 }),
    raw("broken JSON", "POST", "/graphql", "{"),
    get("by GET", "/graphql", { query: "{ __typename }" }),
    ask("many aliases", `{ ${Array.from({ length: 50 }, (_, i) => `a${i}: __typename`).join(" ")} }`),
    ask(
      "11 root fields",
      `{ ${Array.from({ length: 11 }, () => 'mlflowGetExperiment(input: {experimentId: "0"}) { apiError { code } }').join(" ")} }`,
    ),
    ask("too deep", `{ ${"a { ".repeat(12)} b ${"} ".repeat(12)} }`),
  ),
];
