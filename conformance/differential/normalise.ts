import { parseJson } from "./placeholders.ts";
import { UNKNOWN_ID } from "./steps.ts";
import type { Answer, JsonValue, NormalisedAnswer, Step } from "./types.ts";

/** Ids that no server gives out, which scenarios use for what does not exist. */
const UNKNOWN_IDS = new Set([UNKNOWN_ID, `m-${UNKNOWN_ID}`]);
/** Lists whose order no server promises. */
const UNORDERED_LISTS = new Set(["tags", "params", "aliases"]);
const EXPERIMENT_ID_FIELDS = new Set(["experiment_id", "experimentId", "experiment_ids"]);
const NAME_FIELDS = new Set(["run_name", "runName", "name", "value"]);
/** A Python set of texts, whose order changes with every start of the official server. */
const PYTHON_SET = /\{'[^'{}]*'(?:, '[^'{}]*')+\}/g;
/** A Python list of texts of digits, which messages print of experiment ids. */
const PYTHON_ID_LIST = /\['\d+'(?:, '\d+')*\]/g;
/**
 * Messages of which only the beginning is compared: what follows is SQL, or what upstream's SQL tokenizer left over, or a Python set
 * of all that would be valid, in random order, and here more is valid; here a refused path comes with what is wrong with it.
 */
const COMPARED_PREFIXES = [
  /^(?:Experiment|Registered Model) ?\(name=.*?\) already exists\./,
  /^(?:\(raised as a result of Query-invoked autoflush|\(sqlite3\.IntegrityError\))/,
  /^Invalid path/,
  /^Invalid clause\(s\) in filter string:/,
  /^Invalid comparator '[^']*' not one of/,
  /^Invalid \w+ key '[^']*' specified. Valid keys are/,
];
const SERVER_TIME_FIELD = /^(creation|last_?updated?)_?time/i;
const FIRST_SERVER_TIME = 1_600_000_000_000;
const CLOCK_TOLERANCE_MS = 600_000;

/**
 * Takes out of one server's answers what must differ: ids, times, generated names, its address. An id becomes the name of the step
 * that first showed it, so that an answer with another run's id still differs, and a difference in one step makes none in the next.
 */
export class Normaliser {
  readonly #baseUrl: string;
  readonly #unique: string;
  readonly #ids = new Map<string, string>();
  readonly #experiments = new Map<string, string>();
  #step = "";

  constructor(baseUrl: string, unique: string) {
    this.#baseUrl = baseUrl.replace(/\/$/, "");
    this.#unique = unique;
  }

  normalise(step: Step, answer: Answer): NormalisedAnswer {
    this.#step = step.name;
    const type = (answer.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    const headers = Object.fromEntries(
      (step.compareHeaders ?? []).map((name) => [name, this.#text(answer.headers[name] ?? "(absent)")]),
    );
    return { status: answer.status, type, headers, body: this.#body(step, type, answer.text) };
  }

  #body(step: Step, type: string, text: string): JsonValue {
    if (type === "text/html" && answerIsPage(text)) return "(html)";
    const json = type === "application/json" ? parseJson(text) : undefined;
    if (json === undefined) return this.#text(text);
    return cutMessage(this.#value(json, "", "", step.ordered ?? false));
  }

  #value(value: JsonValue, key: string, parent: string, ordered: boolean): JsonValue {
    if (typeof value === "string") return this.#string(value, key);
    if (typeof value === "number") return isServerTime(key, value) ? "(time)" : value;
    if (Array.isArray(value)) {
      const list = !ordered && isUnordered(key, parent) ? value.toSorted(byKey) : value;
      return list.map((item) => this.#value(item, key, parent, ordered));
    }
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([name, item]) => [name, this.#value(item, name, key, ordered)]));
  }

  #string(text: string, key: string): string {
    if (EXPERIMENT_ID_FIELDS.has(key) && /^[1-9]\d*$/.test(text)) return this.#experiment(text);
    if (/page_?token/i.test(key) && text !== "") return "(page token)";
    if (NAME_FIELDS.has(key) && /^[a-z]+-[a-z]+-\d{1,3}$/.test(text)) return "(generated name)";
    return this.#text(text);
  }

  #text(text: string): string {
    return text
      .replaceAll(this.#baseUrl, "(server)")
      .replaceAll(this.#unique, "(unique)")
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "(uuid)")
      .replaceAll(/(?<![0-9a-zA-Z])(m-)?[0-9a-f]{32}(?![0-9a-zA-Z])/g, (id) => this.#id(id))
      .replaceAll(/\b\d{13}\b/g, (digits) => (isNow(Number(digits)) ? "(time)" : digits))
      .replaceAll(/ at 0x[0-9a-f]+/g, " at (address)")
      .replaceAll(/'(\d+)(?=\/(?:\(|models\/))/g, (_, id: string) => `'${this.#experiments.get(id) ?? id}`)
      .replaceAll(PYTHON_SET, sortSet)
      .replaceAll(PYTHON_ID_LIST, (list) => list.replaceAll(/\d+/g, (id) => this.#experiments.get(id) ?? id))
      .replaceAll(/(mlflow-artifacts:\/+|[Ee]xperiment\D{0,20}?)(\d+)/g, (_, before: string, id: string) => {
        return before + (this.#experiments.get(id) ?? id);
      });
  }

  #id(id: string): string {
    if (UNKNOWN_IDS.has(id)) return id;
    return this.#nameOf(this.#ids, id, id.startsWith("m-") ? "model" : "id");
  }

  #experiment(id: string): string {
    return this.#nameOf(this.#experiments, id, "experiment");
  }

  #nameOf(known: Map<string, string>, id: string, kind: string): string {
    const earlier = known.get(id);
    if (earlier) return earlier;
    const names = new Set(known.values());
    const candidates = [kind, `second ${kind}`, `third ${kind}`].map((title) => `(${title} of '${this.#step}')`);
    const name = candidates.find((candidate) => !names.has(candidate)) ?? `(another ${kind} of '${this.#step}')`;
    known.set(id, name);
    return name;
  }
}

function sortSet(set: string): string {
  return `{${set.slice(1, -1).split(", ").toSorted().join(", ")}}`;
}

function answerIsPage(text: string): boolean {
  return text === "" || /^\s*<!doctype/i.test(text);
}

/** A run's latest metrics have no order; a metric's history has. */
function isUnordered(key: string, parent: string): boolean {
  return UNORDERED_LISTS.has(key) || (key === "metrics" && parent === "data");
}

function byKey(a: JsonValue, b: JsonValue): number {
  const [left, right] = [sortKey(a), sortKey(b)];
  return Number(left > right) - Number(left < right);
}

function sortKey(value: JsonValue): string {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return JSON.stringify(value);
  return JSON.stringify([value.key ?? value.alias ?? "", value.value ?? value.version ?? "", value.model_id ?? ""]);
}

/** Fields that only the server sets, and whatever is about now. */
function isServerTime(key: string, value: number): boolean {
  return isNow(value) || (SERVER_TIME_FIELD.test(key) && value > FIRST_SERVER_TIME);
}

function isNow(milliseconds: number): boolean {
  return Math.abs(milliseconds - Date.now()) < CLOCK_TOLERANCE_MS;
}

function cutMessage(body: JsonValue): JsonValue {
  if (body === null || typeof body !== "object" || Array.isArray(body)) return body;
  const { message } = body;
  if (typeof message !== "string") return body;
  const compared = COMPARED_PREFIXES.map((pattern) => pattern.exec(message)?.[0]).find((match) => match !== undefined);
  return compared === undefined ? body : { ...body, message: `${compared}…` };
}
