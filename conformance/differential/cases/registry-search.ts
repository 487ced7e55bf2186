import { get, getEach, post, scenario } from "../steps.ts";
import type { Query, Scenario, Step } from "../types.ts";

const MINE = "name LIKE '%{{unique}}'";

function search(path: string, kind: "filter" | "order", rows: Record<string, Query>): Step[] {
  const named = Object.entries(rows).map(([name, query]) => [`${kind}: ${name}`, query] as const);
  return getEach(path, Object.fromEntries(named));
}

/** Search with each filter, ordered by name. */
function filters(path: string, orderBy: string[], rows: Record<string, string>): Step[] {
  const queries = Object.entries(rows).map(([name, filter]) => [name, { filter, order_by: orderBy }] as const);
  return search(path, "filter", Object.fromEntries(queries));
}

function orders(path: string, rows: Record<string, string[]>): Step[] {
  const queries = Object.entries(rows).map(([name, order_by]) => [name, { filter: MINE, order_by }] as const);
  return search(path, "order", Object.fromEntries(queries));
}

function model(name: string, tags: Record<string, string>): Step {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  return {
    ...post(`create ${name}`, "registered-models/create", { name: `${name}-{{unique}}`, tags: list }),
    pauseMs: 3,
  };
}

function version(name: string, number: number, tags: Record<string, string>): Step {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const body = { name: `${name}-{{unique}}`, source: `s3://bucket/${name}/${number}/{{unique}}`, tags: list };
  return { ...post(`create ${name} ${number}`, "model-versions/create", body), pauseMs: 3 };
}

const models: Step[] = [
  model("alpha", { team: "Blue", "odd key": "x" }),
  model("beta", { team: "red" }),
  model("gamma", {}),
];

const versions: Step[] = [
  ...models,
  version("alpha", 1, { team: "Blue" }),
  version("alpha", 2, { team: "red", owner: "ann" }),
  version("beta", 1, {}),
  post("alpha 1 to Staging", "model-versions/transition-stage", {
    name: "alpha-{{unique}}",
    version: "1",
    stage: "Staging",
    archive_existing_versions: false,
  }),
];

const MODELS = "registered-models/search";
const VERSIONS = "model-versions/search";

export const registrySearchScenarios: Scenario[] = [
  scenario(
    "registered model search: filters",
    models,
    filters(MODELS, ["name"], {
      LIKE: MINE,
      "name =": "name = 'alpha-{{unique}}'",
      "name !=": `name != 'alpha-{{unique}}' AND ${MINE}`,
      "name with prefix": "attribute.name = 'alpha-{{unique}}'",
      "double quotes": 'name = "alpha-{{unique}}"',
      "LIKE is case-sensitive": "name LIKE 'ALPHA-{{unique}}'",
      ILIKE: "name ILIKE 'ALPHA-{{unique}}'",
      IN: "name IN ('alpha-{{unique}}', 'beta-{{unique}}')",
      "NOT IN": `name NOT IN ('alpha-{{unique}}') AND ${MINE}`,
      "lower-case keywords": `name like 'a%' and ${MINE}`,
      "tag =": `tags.team = 'Blue' AND ${MINE}`,
      "tag singular": `tag.team = 'Blue' AND ${MINE}`,
      "tag !=": `tags.team != 'Blue' AND ${MINE}`,
      "tag LIKE": `tags.team LIKE 'B%' AND ${MINE}`,
      "tag ILIKE": `tags.team ILIKE 'b%' AND ${MINE}`,
      "tag in backticks": `tags.\`odd key\` = 'x' AND ${MINE}`,
      "two conditions on one tag": `tags.team LIKE 'B%' AND tags.team != 'Blue' AND ${MINE}`,
      "two tags": `tags.team = 'Blue' AND tags.\`odd key\` = 'x' AND ${MINE}`,
      "tag IS NULL": `tags.team IS NULL AND ${MINE}`,
      "tag IN": "tags.team IN ('Blue')",
      "unknown attribute": "colour = 'x'",
      "version attribute": "run_id = 'x'",
      metrics: "metrics.a > 1",
      "name >": "name > 'a'",
      unquoted: "name = alpha",
      number: "name = 5",
      OR: "name = 'alpha-{{unique}}' OR name = 'beta-{{unique}}'",
      NOT: `NOT name = 'alpha-{{unique}}' AND ${MINE}`,
      parentheses: "(name = 'alpha-{{unique}}')",
      word: "foo",
      "no value": "name =",
      "trailing AND": `${MINE} AND`,
      semicolon: "name = 'a'; DROP TABLE x",
      "unclosed quote": "name = 'a",
      reversed: "'a' = name",
      "IN empty": "name IN ()",
      "IN unquoted": "name IN (a)",
      blank: "  ",
    }),
  ),
  scenario(
    "registered model search: order and pages",
    models,
    orders(MODELS, {
      name: ["name"],
      "name DESC": ["name DESC"],
      timestamp: ["timestamp ASC"],
      "last_updated_timestamp DESC": ["last_updated_timestamp DESC"],
      two: ["timestamp DESC", "name ASC"],
      "lower-case": ["name desc"],
      creation_timestamp: ["creation_timestamp"],
      unknown: ["colour"],
      tag: ["tags.team"],
      "bad direction": ["name SIDEWAYS"],
      "same twice": ["name", "name DESC"],
      "two in one": ["name, timestamp"],
      "empty text": [""],
    }),
    get("page 1", MODELS, { filter: MINE, max_results: "2" }, { capture: { token: "next_page_token" } }),
    get("page 2", MODELS, { filter: MINE, max_results: "2", page_token: "{{token}}" }),
    getEach(MODELS, {
      "exactly full page": { filter: MINE, max_results: "3" },
      "max_results 0": { filter: MINE, max_results: "0" },
      "max_results -1": { filter: MINE, max_results: "-1" },
      "max_results 1000": { filter: MINE, max_results: "1000" },
      "max_results 1001": { filter: MINE, max_results: "1001" },
      "max_results a word": { filter: MINE, max_results: "many" },
      "broken token": { filter: MINE, page_token: "!!" },
      "token of rubbish": { filter: MINE, page_token: "YWJj" },
      camelCase: { filter: MINE, maxResults: "1" },
      "unknown key": { filter: MINE, colour: "red" },
    }),
    post("by POST", MODELS, { filter: MINE }),
    {
      name: "by a body on GET",
      method: "GET",
      path: MODELS,
      body: { filter: "name = 'alpha-{{unique}}'", max_results: 5 },
    },
  ),
  scenario(
    "model version search: filters",
    versions,
    filters(VERSIONS, ["name", "version_number"], {
      LIKE: MINE,
      "name =": "name = 'alpha-{{unique}}'",
      "name !=": `name != 'alpha-{{unique}}' AND ${MINE}`,
      "name ILIKE": "name ILIKE 'ALPHA-{{unique}}'",
      "name IN": "name IN ('alpha-{{unique}}', 'beta-{{unique}}')",
      "name NOT IN": `name NOT IN ('alpha-{{unique}}') AND ${MINE}`,
      version_number: `version_number = 1 AND ${MINE}`,
      "version_number >": `version_number > 1 AND ${MINE}`,
      "version_number <=": `version_number <= 1 AND ${MINE}`,
      "version_number !=": `version_number != 1 AND ${MINE}`,
      "version_number quoted": `version_number = '1' AND ${MINE}`,
      "version_number a word": `version_number = one AND ${MINE}`,
      "version_number IN": `version_number IN (1, 2) AND ${MINE}`,
      "version_number LIKE": "version_number LIKE 1",
      source_path: "source_path = 's3://bucket/alpha/2/{{unique}}'",
      "source_path LIKE": "source_path LIKE 's3://bucket/alpha/%/{{unique}}'",
      run_id: `run_id = '' AND ${MINE}`,
      "run_id unknown": "run_id = 'nothing'",
      "run_id IN": "run_id IN ('a', 'b')",
      "run_id NOT IN": `run_id NOT IN ('a') AND ${MINE}`,
      "run_id IN empty": "run_id IN ()",
      "run_id IN one": "run_id IN ('a')",
      "run_id LIKE": `run_id LIKE 'a%' AND ${MINE}`,
      current_stage: "current_stage = 'Staging'",
      stage: "stage = 'Staging'",
      "tag =": `tags.team = 'Blue' AND ${MINE}`,
      "tag !=": `tags.team != 'Blue' AND ${MINE}`,
      "tag ILIKE": `tags.team ILIKE 'B%' AND ${MINE}`,
      "two tags": `tags.team = 'red' AND tags.owner = 'ann' AND ${MINE}`,
      "two conditions on one tag": `tags.team LIKE 'r%' AND tags.team != 'blue' AND ${MINE}`,
      "tag in backticks": `tags.\`team\` = 'Blue' AND ${MINE}`,
      "tag IS NULL": `tags.team IS NULL AND ${MINE}`,
      "tag IN": "tags.team IN ('Blue')",
      "attribute prefix": "attribute.name = 'alpha-{{unique}}'",
      "unknown attribute": "colour = 'x'",
      "name >": "name > 'a'",
      OR: "name = 'alpha-{{unique}}' OR name = 'beta-{{unique}}'",
      parentheses: "(name = 'alpha-{{unique}}')",
      NOT: `NOT name = 'alpha-{{unique}}' AND ${MINE}`,
      word: "foo",
      "no value": "name =",
      "trailing AND": `${MINE} AND`,
      semicolon: "name = 'a'; DROP TABLE x",
      "unclosed quote": "name = 'a",
      blank: "  ",
      aliases: "aliases = 'x'",
    }),
  ),
  scenario(
    "model version search: order and pages",
    versions,
    orders(VERSIONS, {
      default: [],
      name: ["name", "version_number DESC"],
      "name DESC": ["name DESC", "version_number ASC"],
      version_number: ["version_number", "name"],
      creation_timestamp: ["creation_timestamp"],
      "creation_timestamp DESC": ["creation_timestamp DESC"],
      last_updated_timestamp: ["last_updated_timestamp DESC"],
      timestamp: ["timestamp"],
      current_stage: ["current_stage"],
      unknown: ["colour"],
      tag: ["tags.team"],
      "bad direction": ["name SIDEWAYS"],
      "same twice": ["name", "name DESC"],
      "empty text": [""],
    }),
    get(
      "page 1",
      VERSIONS,
      { filter: MINE, max_results: "2", order_by: ["creation_timestamp"] },
      {
        capture: { token: "next_page_token" },
      },
    ),
    get("page 2", VERSIONS, {
      filter: MINE,
      max_results: "2",
      order_by: ["creation_timestamp"],
      page_token: "{{token}}",
    }),
    getEach(VERSIONS, {
      "exactly full page": { filter: MINE, max_results: "3" },
      "max_results 0": { filter: MINE, max_results: "0" },
      "max_results -1": { filter: MINE, max_results: "-1" },
      "max_results 200000": { filter: MINE, max_results: "200000" },
      "max_results 200001": { filter: MINE, max_results: "200001" },
      "max_results a word": { filter: MINE, max_results: "many" },
      "broken token": { filter: MINE, page_token: "!!" },
      "token of rubbish": { filter: MINE, page_token: "YWJj" },
    }),
    post("by POST", VERSIONS, { filter: MINE }),
  ),
];
