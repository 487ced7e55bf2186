import type { JsonValue, NormalisedAnswer } from "./types.ts";

/** One place where two answers differ; undefined is absent. */
export interface Difference {
  path: string;
  official: JsonValue | undefined;
  ours: JsonValue | undefined;
}

/** Every place where two normalised answers differ, in reading order. */
export function compareAnswers(official: NormalisedAnswer, ours: NormalisedAnswer): Difference[] {
  return [
    ...compareValues("status", official.status, ours.status),
    ...compareValues("content-type", official.type, ours.type),
    ...compareValues("header", official.headers, ours.headers),
    ...compareValues("body", official.body, ours.body),
  ];
}

function compareValues(path: string, official: JsonValue | undefined, ours: JsonValue | undefined): Difference[] {
  if (Array.isArray(official) && Array.isArray(ours)) {
    const length = Math.max(official.length, ours.length);
    return Array.from({ length }, (_, index) =>
      compareValues(`${path}[${index}]`, official[index], ours[index]),
    ).flat();
  }
  if (isRecord(official) && isRecord(ours)) {
    const keys = [...new Set([...Object.keys(official), ...Object.keys(ours)])];
    return keys.flatMap((key) => compareValues(`${path}.${key}`, official[key], ours[key]));
  }
  return official === ours ? [] : [{ path, official, ours }];
}

function isRecord(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
