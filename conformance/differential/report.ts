import type { Difference } from "./compare.ts";
import { fullPath } from "./http-client.ts";
import type { StepResult } from "./runner.ts";
import type { JsonValue, Step } from "./types.ts";

const LONGEST_VALUE = 700;

/** A failed step as a person reads it. */
export function describeFailure(result: StepResult): string {
  return [
    `✗ ${result.key}`,
    `    ${describeRequest(result.step)}`,
    ...result.problems.map((problem) => `    ${problem}`),
    ...result.differences.flatMap(describeDifference),
  ].join("\n");
}

/** Method, path and body on one line. */
export function describeRequest(step: Step): string {
  const payload = step.rawBody ?? (step.body === undefined ? "" : JSON.stringify(step.body));
  return `${step.method} ${fullPath(step)} ${shorten(payload)}`.trimEnd();
}

function describeDifference({ path, official, ours }: Difference): string[] {
  return [`    ${path}`, `      official ${show(official)}`, `      ours     ${show(ours)}`];
}

function show(value: JsonValue | undefined): string {
  return value === undefined ? "(absent)" : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}… (${text.length} characters)`;
}
