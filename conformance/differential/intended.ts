import type { JsonValue, NormalisedAnswer } from "./types.ts";

/** Why an answer of ours is meant to differ. */
export type Category =
  | "upstream answers 500"
  | "upstream drops a field"
  | "upstream ignores a broken body"
  | "upstream shows internals"
  | "upstream is inconsistent"
  | "we accept more"
  | "we refuse what is unsafe"
  | "other";

/** What our answer must be, so that an intended difference is a test of its own. */
export interface Expectation {
  status: number;
  /** Required of an MLflow error body. */
  errorCode?: string;
  /** A part of the message. */
  message?: string;
  /** Members that the body must have, compared deeply; lists must match whole. */
  body?: JsonValue;
}

/** Differences that are meant, for one reason and with one answer of ours. */
export interface IntendedDifference {
  category: Category;
  /** For the reader of the quirks page: what upstream does, and what we do. */
  reason: string;
  ours: Expectation;
  /** Scenario -> its steps. */
  steps: Record<string, string[]>;
}

/** The key of a step: its scenario's name and its own. */
export function stepKey(scenario: string, step: string): string {
  return `${scenario} / ${step}`;
}

/** Step key -> the difference that is meant there. */
export function byStep(differences: readonly IntendedDifference[]): Map<string, IntendedDifference> {
  const found = new Map<string, IntendedDifference>();
  for (const difference of differences) {
    for (const key of stepKeys(difference)) {
      if (found.has(key)) throw new Error(`'${key}' is listed twice as an intended difference`);
      found.set(key, difference);
    }
  }
  return found;
}

function stepKeys({ steps }: IntendedDifference): string[] {
  return Object.entries(steps).flatMap(([scenario, names]) => names.map((name) => stepKey(scenario, name)));
}

/** What is wrong with our answer against the expectation; empty when it is as pinned. */
export function violations(expected: Expectation, answer: NormalisedAnswer): string[] {
  const body =
    answer.body !== null && typeof answer.body === "object" && !Array.isArray(answer.body) ? answer.body : {};
  const found: string[] = [];
  if (answer.status !== expected.status) found.push(`status ${answer.status}, pinned ${expected.status}`);
  if (expected.errorCode !== undefined && body.error_code !== expected.errorCode)
    found.push(`error_code ${JSON.stringify(body.error_code)}, pinned ${expected.errorCode}`);
  if (expected.message !== undefined && !String(body.message ?? "").includes(expected.message))
    found.push(`message ${JSON.stringify(body.message)}, pinned to contain ${JSON.stringify(expected.message)}`);
  if (expected.body !== undefined && !includes(answer.body, expected.body))
    found.push(`body ${JSON.stringify(answer.body)}, pinned ${JSON.stringify(expected.body)}`);
  return found;
}

function includes(actual: JsonValue | undefined, expected: JsonValue): boolean {
  if (Array.isArray(expected))
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((item, index) => includes(actual[index], item))
    );
  if (expected === null || typeof expected !== "object") return actual === expected;
  if (actual === null || typeof actual !== "object" || Array.isArray(actual)) return false;
  return Object.entries(expected).every(([key, item]) => includes(actual[key], item));
}
