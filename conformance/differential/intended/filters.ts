import type { Expectation, IntendedDifference } from "../intended.ts";
import type { JsonValue } from "../types.ts";

const invalid: Expectation = { status: 400, errorCode: "INVALID_PARAMETER_VALUE" };

function answers(body: JsonValue): Expectation {
  return { status: 200, body };
}

function experiments(...names: string[]): Expectation {
  return answers({ experiments: names.map((name) => ({ name: `${name}-(unique)` })) });
}

function runs(...names: string[]): Expectation {
  return answers({ runs: names.map((run_name) => ({ info: { run_name } })) });
}

function loggedModels(...names: string[]): Expectation {
  return answers({ models: names.map((name) => ({ info: { name } })) });
}

function registeredModels(...names: string[]): Expectation {
  return answers({ registered_models: names.map((name) => ({ name: `${name}-(unique)` })) });
}

function modelVersions(...versions: [name: string, version: string][]): Expectation {
  return answers({ model_versions: versions.map(([name, version]) => ({ name: `${name}-(unique)`, version })) });
}

/** One entry for each answer; the reason is the same. */
function accepted(
  reason: string,
  rows: [scenario: string, steps: string[], ours: Expectation][],
): IntendedDifference[] {
  return rows.map(([scenario, steps, ours]) => ({
    category: "we accept more",
    reason,
    ours,
    steps: { [scenario]: steps.map((step) => `filter: ${step}`) },
  }));
}

const EXPERIMENTS = "experiment search: filters";
const RUNS = "run search: bad filters";
const LOGGED_MODELS = "logged model search: filters";
const REGISTERED_MODELS = "registered model search: filters";
const MODEL_VERSIONS = "model version search: filters";

const moreGrammar: IntendedDifference[] = [
  ...accepted("Upstream's filters know AND alone; OR works here", [
    [EXPERIMENTS, ["OR"], experiments("alpha", "beta")],
    [RUNS, ["OR", "lower-case or"], runs("four", "one", "two")],
    [LOGGED_MODELS, ["OR"], loggedModels("alpha", "beta")],
    [REGISTERED_MODELS, ["OR"], registeredModels("alpha", "beta")],
    [MODEL_VERSIONS, ["OR"], modelVersions(["alpha", "1"], ["alpha", "2"], ["beta", "1"])],
  ]),
  ...accepted("Upstream's filters know no NOT; here it negates the clause or the parentheses after it", [
    [EXPERIMENTS, ["NOT"], experiments("beta", "gamma")],
    [RUNS, ["NOT"], runs("four", "one", "three")],
    [LOGGED_MODELS, ["NOT"], loggedModels("beta", "gamma")],
    [REGISTERED_MODELS, ["NOT"], registeredModels("beta", "gamma")],
    [MODEL_VERSIONS, ["NOT"], modelVersions(["beta", "1"])],
  ]),
  ...accepted("Upstream's filters know no parentheses; they group here", [
    [EXPERIMENTS, ["parentheses"], experiments("alpha")],
    [RUNS, ["parentheses"], runs("four", "one")],
    [RUNS, ["nested"], runs("one")],
    [LOGGED_MODELS, ["parentheses"], loggedModels("alpha")],
    [REGISTERED_MODELS, ["parentheses"], registeredModels("alpha")],
    [MODEL_VERSIONS, ["parentheses"], modelVersions(["alpha", "1"], ["alpha", "2"])],
  ]),
  ...accepted("IN works on params and tags too, where upstream has it for some attributes only", [
    ["run search: metrics, params and tags", ["param IN"], runs("one", "two")],
    [REGISTERED_MODELS, ["tag IN"], { status: 200 }],
    [MODEL_VERSIONS, ["tag IN"], { status: 200 }],
  ]),
  ...accepted("IS NULL works in every search on tags, in upstream not for logged models", [
    [LOGGED_MODELS, ["tag IS NULL"], loggedModels("beta")],
  ]),
  ...accepted("Keywords in lower case work in every search, in upstream's experiment search AND alone", [
    [EXPERIMENTS, ["lower-case keywords"], experiments("alpha", "gamma")],
  ]),
  ...accepted("A filter of spaces alone is no filter, as an empty one", [
    [EXPERIMENTS, ["blank"], { status: 200 }],
    [RUNS, ["blank"], { status: 200 }],
    [REGISTERED_MODELS, ["blank"], { status: 200 }],
    [MODEL_VERSIONS, ["blank"], { status: 200 }],
  ]),
  ...accepted("A time is compared with any number, in upstream's experiment search with integers alone", [
    [EXPERIMENTS, ["creation_time a fraction"], experiments("alpha", "beta", "gamma")],
  ]),
  ...accepted("Every time attribute of a logged model is a number; upstream takes last_updated_time for text", [
    [LOGGED_MODELS, ["last_updated_time"], { status: 200 }],
  ]),
  ...accepted("Upstream's comparison of a logged model's status matches nothing", [
    [LOGGED_MODELS, ["status", "status by wire name"], loggedModels("alpha")],
  ]),
  ...accepted("Versions can be searched by stage", [[MODEL_VERSIONS, ["current_stage"], { status: 200 }]]),
];

/** Differences of the filter language and of orders. */
export const filterDifferences: IntendedDifference[] = [
  ...moreGrammar,
  {
    category: "we accept more",
    reason: "Experiments, registered models and versions can be ordered by a tag, as runs can",
    ours: { status: 200 },
    steps: {
      "experiment search: order": ["order: tag key"],
      "registered model search: order and pages": ["order: tag"],
      "model version search: order and pages": ["order: tag"],
    },
  },
  {
    category: "we accept more",
    reason: "Upstream restricts a search of logged models to a dataset only where its digest is given too",
    ours: loggedModels("beta"),
    steps: { "logged model search: order and datasets": ["dataset by name"] },
  },
  {
    category: "we accept more",
    reason: "Upstream restricts a search of logged models to a dataset only where its digest is given too",
    ours: loggedModels("alpha", "beta"),
    steps: { "logged model search: order and datasets": ["two datasets"] },
  },
  {
    category: "we accept more",
    reason: "Every spelling of a run's name that a filter takes is an order too",
    ours: { status: 200 },
    steps: { "run search: order": ["order: Run Name"] },
  },
  {
    category: "upstream is inconsistent",
    reason:
      "Upstream's parser ignores words around AND that make no clause, and keys that are empty or in the wrong quotes; here they are refused",
    ours: invalid,
    steps: {
      [EXPERIMENTS]: [
        "filter: two clauses without AND",
        "filter: trailing AND",
        "filter: leading AND",
        "filter: tag without a key",
      ],
      [RUNS]: [
        "filter: no key",
        "filter: trailing AND",
        "filter: leading AND",
        "filter: missing AND",
        "filter: key with a quote",
      ],
      [LOGGED_MODELS]: ["filter: name unquoted", "filter: trailing AND"],
      [REGISTERED_MODELS]: ["filter: trailing AND"],
      [MODEL_VERSIONS]: ["filter: trailing AND"],
    },
  },
  {
    category: "other",
    reason:
      "Each of upstream's parsers has words of its own for the same refusal; here all searches share one parser and its messages, which name the place and what is expected",
    ours: invalid,
    steps: {
      [EXPERIMENTS]: [
        "filter: experiment_id LIKE",
        "filter: tag with a bad operator",
        "filter: missing value",
        "filter: semicolon",
        "filter: reversed",
        "filter: name IS NULL",
        "filter: IN with a word",
      ],
      "run search: metrics, params and tags": ["filter: metric word", "filter: metric IN"],
      "run search: attributes and datasets": ["filter: start_time a word", "filter: start_time IN"],
      [RUNS]: [
        "filter: NOT LIKE",
        "filter: no value",
        "filter: reversed",
        "filter: double operator",
        "filter: semicolon",
        "filter: function",
      ],
      [LOGGED_MODELS]: [
        "filter: metric LIKE",
        "filter: name >",
        "filter: word",
        "filter: no value",
        "filter: semicolon",
        "filter: unclosed quote",
      ],
      [REGISTERED_MODELS]: [
        "filter: name >",
        "filter: number",
        "filter: no value",
        "filter: semicolon",
        "filter: reversed",
      ],
      [MODEL_VERSIONS]: [
        "filter: version_number IN",
        "filter: version_number LIKE",
        "filter: name >",
        "filter: no value",
        "filter: semicolon",
      ],
    },
  },
];
