import type { Category, IntendedDifference } from "../intended.ts";
import type { JsonValue } from "../types.ts";

const QUERIES = "graphql: queries of the UI";
const LANGUAGE = "graphql: the language";

/** One entry: the answer is 200 with at least these members. */
function answers(
  category: Category,
  reason: string,
  body: JsonValue,
  steps: Record<string, string[]>,
): IntendedDifference {
  return { category, reason, ours: { status: 200, body }, steps };
}

/** A refusal where the UI's queries ask for it. */
function refused(field: string, code: string, ...steps: string[]): IntendedDifference {
  const reason =
    "An error of an operation is one of the whole GraphQL answer upstream; here it is in apiError, which the UI's queries ask for";
  return answers("other", reason, { data: { [field]: { apiError: { code } } }, errors: null }, { [QUERIES]: steps });
}

function errors(...texts: string[]): JsonValue {
  return { data: null, errors: texts };
}

const WORDS =
  "Messages about a query are those of graphql-js, with double quotes and JSON where upstream's have single quotes and Python";

/** Differences of the GraphQL endpoint. */
export const graphqlDifferences: IntendedDifference[] = [
  refused("mlflowGetRun", "RESOURCE_DOES_NOT_EXIST", "get unknown run"),
  refused("mlflowGetRun", "INVALID_PARAMETER_VALUE", "get run without an id"),
  refused("mlflowGetExperiment", "RESOURCE_DOES_NOT_EXIST", "get unknown experiment"),
  refused("mlflowSearchRuns", "INVALID_PARAMETER_VALUE", "search runs with a bad filter"),
  refused("mlflowSearchModelVersions", "INVALID_PARAMETER_VALUE", "model versions with a bad filter"),
  refused("mlflowSearchDatasets", "INVALID_PARAMETER_VALUE", "search datasets of none"),
  refused("mlflowListArtifacts", "INVALID_PARAMETER_VALUE", "list artifacts climbing out"),
  refused("mlflowListArtifacts", "RESOURCE_DOES_NOT_EXIST", "list artifacts of an unknown run"),
  refused("mlflowGetMetricHistoryBulkInterval", "INVALID_PARAMETER_VALUE", "metric interval without a key"),
  answers(
    "upstream drops a field",
    "maxResults of a metric's interval is ignored in GraphQL",
    { data: { mlflowGetMetricHistoryBulkInterval: { metrics: [{ step: "0" }, { step: "2" }, { step: "4" }] } } },
    { [QUERIES]: ["metric interval sampled"] },
  ),
  answers(
    "upstream answers 500",
    "Upstream fails on the one enum among the arguments of a search",
    { data: { mlflowSearchRuns: { apiError: null, runs: [{ info: { runName: "runId" } }] } } },
    { [QUERIES]: ["search runs with all arguments"] },
  ),
  answers(
    "we accept more",
    "Upstream's schema lacks the language's own directives @include and @skip",
    { data: { mlflowGetExperiment: { experiment: { name: "Default" } } } },
    { [LANGUAGE]: ["skip and include"] },
  ),
  answers("we accept more", "A query may come by GET", { data: { __typename: "Query" } }, { [LANGUAGE]: ["by GET"] }),
  answers(
    "upstream is inconsistent",
    "The test mutation echoes its input, as the test query does",
    { data: { testMutation: { output: "hello" } } },
    { [LANGUAGE]: ["test mutation"] },
  ),
  answers("other", WORDS, errors('Cannot query field "nothing" on type "Query".'), {
    [LANGUAGE]: ["unknown root field"],
  }),
  answers("other", WORDS, errors('Cannot query field "colour" on type "MlflowGetExperimentResponse".'), {
    [LANGUAGE]: ["unknown field"],
  }),
  answers("other", WORDS, errors('Unknown argument "data" on field "Query.mlflowGetExperiment".'), {
    [LANGUAGE]: ["unknown argument"],
  }),
  answers(
    "other",
    WORDS,
    { data: null },
    {
      [LANGUAGE]: ["missing variable", "wrong type of variable", "unknown input field", "no selection"],
    },
  ),
  answers(
    "other",
    WORDS,
    { data: { mlflowGetMetricHistoryBulkInterval: { metrics: [{ value: null }] } } },
    { [QUERIES]: ["metric interval of a NaN"] },
  ),
  answers(
    "other",
    "The refusal of too many root fields names a variable of upstream's environment",
    { data: null },
    {
      [LANGUAGE]: ["many aliases", "11 root fields"],
    },
  ),
  answers(
    "other",
    "A query is checked against the schema before its depth",
    { data: null },
    { [LANGUAGE]: ["too deep"] },
  ),
];
