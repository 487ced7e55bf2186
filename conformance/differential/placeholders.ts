import type { Answer, JsonValue, Step } from "./types.ts";

/** Placeholder values of one scenario on one server. */
export type Bindings = Map<string, string>;

/** The step with every `{{name}}` replaced. Throws where a name was never captured. */
export function fillStep(step: Step, bindings: Bindings): Step {
  const fill = (text: string) => fillText(text, bindings);
  return {
    ...step,
    path: fill(step.path),
    ...(step.query && {
      query: mapValues(step.query, (value) => (Array.isArray(value) ? value.map(fill) : fill(value))),
    }),
    ...(step.body !== undefined && { body: fillJson(step.body, fill) }),
    ...(step.rawBody !== undefined && { rawBody: fill(step.rawBody) }),
    ...(step.headers && { headers: mapValues(step.headers, fill) }),
  };
}

/** Remembers what the step wants to keep of its answer. A value that is absent stays unbound, so that the step which needs it says so. */
export function captureFrom(step: Step, answer: Answer, bindings: Bindings): void {
  if (!step.capture) return;
  const body = parseJson(answer.text);
  for (const [name, path] of Object.entries(step.capture)) {
    const value = path.split(".").reduce<JsonValue | undefined>(child, body);
    if (typeof value === "string" || typeof value === "number") bindings.set(name, String(value));
  }
}

/** The parsed text, or undefined where it is not JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function child(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (value === null || typeof value !== "object") return undefined;
  return Array.isArray(value) ? value[Number(key)] : value[key];
}

function fillJson(value: JsonValue, fill: (text: string) => string): JsonValue {
  if (typeof value === "string") return fill(value);
  if (Array.isArray(value)) return value.map((item) => fillJson(item, fill));
  if (value === null || typeof value !== "object") return value;
  return mapValues(value, (item) => fillJson(item, fill));
}

function fillText(text: string, bindings: Bindings): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = bindings.get(name);
    if (value === undefined) throw new Error(`{{${name}}} was not in any earlier answer`);
    return value;
  });
}

function mapValues<From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
