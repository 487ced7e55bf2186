import { randomFrom } from "./random.ts";

/** What a data folder holds before a measurement. The same numbers give the same records on every server. */
export interface Dataset {
  runs: number;
  /** Points of one metric of one run. */
  historyPoints: number;
  /** Spread evenly over `MODELS` registered models. */
  versions: number;
}

export interface SeedRun {
  name: string;
  /** Unix milliseconds; different for each run, so that the default order is the same everywhere. */
  startTime: number;
  metrics: Record<string, number>;
  params: Record<string, string>;
  tags: Record<string, string>;
}

export interface SeedPoint {
  step: number;
  timestamp: number;
  value: number;
}

export const RUNS_EXPERIMENT = "bench-runs";
export const HISTORY_EXPERIMENT = "bench-history";
export const HISTORY_METRIC = "loss";
export const MODELS = 100;
export const ALIAS = "champion";
const EPOCH = 1_700_000_000_000;

/** Runs of 5 metrics (0 to 1), 5 params of 10 values each and 3 tags, one of which 1 % of the runs have. */
export function* seedRuns(count: number): Generator<SeedRun> {
  const random = randomFrom(1);
  for (let index = 0; index < count; index++) {
    const keys = [1, 2, 3, 4, 5];
    yield {
      name: `run-${index}`,
      startTime: EPOCH + index * 1000,
      metrics: Object.fromEntries(keys.map((key) => [`m${key}`, random()])),
      params: Object.fromEntries(keys.map((key) => [`p${key}`, `x${Math.floor(random() * 10)}`])),
      tags: { team: `team-${index % 7}`, phase: index % 100 === 0 ? "release" : "trial", note: `note ${index}` },
    };
  }
}

/** A falling curve with noise, a point a second. */
export function* seedPoints(count: number): Generator<SeedPoint> {
  const random = randomFrom(2);
  for (let step = 0; step < count; step++) {
    yield { step, timestamp: EPOCH + step * 1000, value: 1 / (1 + step / 1000) + random() / 100 };
  }
}

/**
 * Registered models in the order of their creation: the last name first, so that versions created within the same
 * millisecond sort (newest first, then by name) the same on every server.
 */
export function seedModels(versions: number): { name: string; versions: number }[] {
  if (versions === 0) return [];
  return Array.from({ length: MODELS }, (_, index) => ({
    name: modelName(MODELS - 1 - index),
    versions: Math.ceil(versions / MODELS),
  }));
}

export function modelName(index: number): string {
  return `model-${String(index).padStart(3, "0")}`;
}

/** Where the bytes of a seeded version would be: a scheme that no server checks against its own artifacts. */
export function versionSource(name: string, version: number): string {
  return `s3://bench/${name}/${version}`;
}
