import type { FileFacts, Json } from "./facts.ts";
import { membersOf, present, readJson, textOf } from "./io/json.ts";
import { type Format, headText } from "./source.ts";

/** LightGBM's text: `key=value` lines, then an empty one before the first tree. */
export const lightgbm: Format = {
  name: "lightgbm",
  recognises: ({ head }) => /^tree\r?\nversion=/.test(ascii(head)),
  async read(source, facts) {
    const [header = ""] = headText(source).split(/\r?\n\r?\n/, 1);
    const lines = new Map(
      header.split(/\r?\n/).map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]),
    );
    const number = (key: string) => (lines.has(key) ? Number(lines.get(key)) : undefined);
    Object.assign(
      facts,
      present({
        version: lines.get("version"),
        objective: lines.get("objective"),
        classes: number("num_class"),
        features: lines.has("max_feature_idx") ? Number(lines.get("max_feature_idx")) + 1 : undefined,
      }),
    );
  },
};

/** XGBoost's JSON. Larger models than what is parsed are named only. */
export const xgboost: Format = {
  name: "xgboost",
  recognises: ({ head }) => /^\s*\{\s*"(learner|version)"\s*:/.test(ascii(head)),
  async read({ file }, facts) {
    facts.encoding = "json";
    const { learner, version } = membersOf(await readJson(file, "The model"));
    Object.assign(facts, learnerFacts(membersOf(learner)));
    if (Array.isArray(version)) facts.version = version.join(".");
  },
};

function learnerFacts(learner: { [key: string]: Json }): Record<string, Json> {
  const params = membersOf(learner.learner_model_param);
  const names = learner.feature_names;
  return present({
    booster: textOf(membersOf(learner.gradient_booster).name),
    objective: textOf(membersOf(learner.objective).name),
    features: textOf(params.num_feature),
    classes: textOf(params.num_class),
    feature_names: Array.isArray(names) && names.length > 0 ? names : undefined,
  });
}

/** Predictive Model Markup Language, by its root and header. */
export const pmml: Format = {
  name: "pmml",
  recognises: ({ head }) => /<PMML[\s>]/.test(ascii(head)),
  async read(source, facts) {
    const text = headText(source);
    const models = /<(\w+Model|NeuralNetwork|Scorecard|RuleSetModel|GeneralRegressionModel)[\s>]/.exec(text);
    addAttributes(facts, {
      version: attribute(text, "PMML", "version"),
      application: attribute(text, "Application", "name"),
    });
    addAttributes(facts, { application_version: attribute(text, "Application", "version"), model: models?.[1] });
  },
};

/** The XML half of OpenVINO's intermediate representation; the weights are in a file beside it. */
export const openvino: Format = {
  name: "openvino",
  recognises: ({ head }) => /^[\s\S]{0,200}<net\s[^>]*version=/.test(ascii(head)),
  async read(source, facts) {
    const text = headText(source);
    addAttributes(facts, { name: attribute(text, "net", "name"), version: attribute(text, "net", "version") });
  },
};

function addAttributes(facts: FileFacts, attributes: Record<string, string | undefined>): void {
  Object.assign(facts, present(attributes));
}

function attribute(xml: string, element: string, name: string): string | undefined {
  return new RegExp(`<${element}\\s[^>]*?\\b${name}\\s*=\\s*["']([^"']*)["']`).exec(xml)?.[1];
}

function ascii(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
