import { del, get, getEach, patch, post, postEach, scenario } from "../steps.ts";
import type { JsonValue, Scenario, Step } from "../types.ts";

const P = { name: "p-{{unique}}" };
const IS_PROMPT = { key: "mlflow.prompt.is_prompt", value: "true" };

function createPrompt(name = "p-{{unique}}"): Step {
  const tags = [IS_PROMPT, { key: "team", value: "blue" }];
  return post(`create prompt ${name}`, "registered-models/create", { name, tags });
}

function createVersion(number: number, text: string, fields: { [key: string]: JsonValue } = {}): Step {
  return post(`create version ${number}`, "model-versions/create", {
    ...P,
    source: "dummy-source",
    description: `commit ${number}`,
    tags: [IS_PROMPT, { key: "mlflow.prompt.text", value: text }, { key: "_mlflow_prompt_type", value: "text" }],
    ...fields,
  });
}

export const promptScenarios: Scenario[] = [
  scenario(
    "prompts: life of one",
    createPrompt(),
    createVersion(1, "Hello [name], привет"),
    createVersion(2, '[{"role":"system","content":"Be brief"}]', { source: "prompt-template" }),
    get("get", "registered-models/get", P),
    get("get version", "model-versions/get", { ...P, version: "1" }),
    post("alias", "registered-models/alias", { ...P, alias: "production", version: "2" }),
    get("get by alias", "registered-models/alias", { ...P, alias: "production" }),
    get("get latest", "registered-models/alias", { ...P, alias: "latest" }),
    post("set tag", "registered-models/set-tag", { ...P, key: "_mlflow_experiment_ids", value: ",1,2," }),
    post("set version tag", "model-versions/set-tag", { ...P, version: "1", key: "quality", value: "good" }),
    patch("update description", "model-versions/update", { ...P, version: "1", description: "better" }),
    del("delete version tag", "model-versions/delete-tag", { ...P, version: "1", key: "quality" }),
    get("download uri", "model-versions/get-download-uri", { ...P, version: "1" }),
    post("latest versions", "registered-models/get-latest-versions", P),
    post("stage", "model-versions/transition-stage", {
      ...P,
      version: "1",
      stage: "Production",
      archive_existing_versions: false,
    }),
    del("delete alias", "registered-models/alias", { ...P, alias: "production" }),
    del("delete version", "model-versions/delete", { ...P, version: "2" }),
    del("delete", "registered-models/delete", P),
    get("get deleted", "registered-models/get", P),
  ),
  scenario(
    "prompts: search",
    createPrompt(),
    createVersion(1, "one"),
    createVersion(2, "two"),
    post("a model beside", "registered-models/create", { name: "model-{{unique}}" }),
    post("its version", "model-versions/create", { name: "model-{{unique}}", source: "s3://b/m" }),
    getEach("registered-models/search", {
      "hidden by default": { filter: "name LIKE '%{{unique}}'" },
      "by the client's filter": { filter: "tags.`mlflow.prompt.is_prompt` = 'true' AND name LIKE '%{{unique}}'" },
      "by name alone": { filter: "name = 'p-{{unique}}'" },
      "tag in double quotes": { filter: "tags.\"mlflow.prompt.is_prompt\" = 'true' AND name LIKE '%{{unique}}'" },
      "tag without quotes": { filter: "tags.mlflow.prompt.is_prompt = 'true' AND name LIKE '%{{unique}}'" },
      "tag false": { filter: "tags.`mlflow.prompt.is_prompt` = 'false' AND name LIKE '%{{unique}}'" },
      "tag not true": { filter: "tags.`mlflow.prompt.is_prompt` != 'true' AND name LIKE '%{{unique}}'" },
      "tag LIKE": { filter: "tags.`mlflow.prompt.is_prompt` LIKE 'true' AND name LIKE '%{{unique}}'" },
      "with another tag": {
        filter: "tags.`mlflow.prompt.is_prompt` = 'true' AND tags.team = 'blue' AND name LIKE '%{{unique}}'",
      },
    }),
    getEach("model-versions/search", {
      "versions hidden by default": { filter: "name LIKE '%{{unique}}'", order_by: ["version_number"] },
      "versions by the client's filter": {
        filter: "name = 'p-{{unique}}' AND tags.`mlflow.prompt.is_prompt` = 'true'",
        order_by: ["version_number"],
      },
      "versions by name alone": { filter: "name = 'p-{{unique}}'", order_by: ["version_number"] },
    }),
  ),
  scenario(
    "prompts: errors",
    createPrompt(),
    post("a model", "registered-models/create", { name: "model-{{unique}}" }),
    post("prompt of the model's name", "registered-models/create", { name: "model-{{unique}}", tags: [IS_PROMPT] }),
    post("model of the prompt's name", "registered-models/create", P),
    post("prompt twice", "registered-models/create", { ...P, tags: [IS_PROMPT] }),
    postEach("registered-models/create", {
      "prompt name with a space": { name: "a b {{unique}}", tags: [IS_PROMPT] },
      "prompt name with a slash": { name: "a/{{unique}}", tags: [IS_PROMPT] },
      "prompt name non-ASCII": { name: "приказ-{{unique}}", tags: [IS_PROMPT] },
      "prompt without a name": { tags: [IS_PROMPT] },
      "prompt tag FALSE": { name: "false-{{unique}}", tags: [{ key: "mlflow.prompt.is_prompt", value: "FALSE" }] },
    }),
    postEach("model-versions/create", {
      "source of its own": { ...P, source: "s3://bucket/prompt", tags: [IS_PROMPT] },
      "file source": { ...P, source: "/etc/passwd", tags: [IS_PROMPT] },
      "empty source": { ...P, source: "", tags: [IS_PROMPT] },
      "version without the prompt tag": { ...P, source: "dummy-source" },
      "prompt version of a model": { name: "model-{{unique}}", source: "dummy-source", tags: [IS_PROMPT] },
      "placeholder source of a model": { name: "model-{{unique}}", source: "prompt-template" },
      "text too long": {
        ...P,
        source: "dummy-source",
        tags: [IS_PROMPT, { key: "mlflow.prompt.text", value: "t".repeat(100_001) }],
      },
      "longest text": {
        ...P,
        source: "dummy-source",
        tags: [IS_PROMPT, { key: "mlflow.prompt.text", value: "t".repeat(100_000) }],
      },
      "unknown prompt": { name: "nothing-{{unique}}", source: "dummy-source", tags: [IS_PROMPT] },
    }),
    get("unknown alias", "registered-models/alias", { ...P, alias: "nothing" }),
    get("unknown version", "model-versions/get", { ...P, version: "99" }),
  ),
  scenario(
    "prompts: linked to an experiment",
    createPrompt(),
    post("link", "registered-models/set-tag", { ...P, key: "_mlflow_experiment_ids", value: ",424242," }),
    get("search by experiment", "registered-models/search", {
      filter:
        "tags.`mlflow.prompt.is_prompt` = 'true' AND tags.`_mlflow_experiment_ids` LIKE '%,424242,%' AND name LIKE '%{{unique}}'",
    }),
  ),
];
