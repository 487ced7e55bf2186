import assert from "node:assert/strict";
import type { NewExperiment } from "../../core/model/experiments.ts";
import type { Run, RunHandle, RunInfo } from "../../core/model/runs.ts";
import type { MetadataStore, Writer } from "../../core/ports/metadata-store.ts";

export function newExperiment(name: string, fields: Partial<NewExperiment> = {}): NewExperiment {
  return {
    name,
    artifactLocation: "mlflow-artifacts:/x",
    lifecycleStage: "active",
    creationTime: 1,
    lastUpdateTime: 1,
    tags: [],
    ...fields,
  };
}

export function newRun(runId: string, experimentId: number, fields: Partial<RunInfo> = {}): RunInfo {
  return {
    runId,
    experimentId,
    name: `name of ${runId}`,
    userId: "ann",
    status: "RUNNING",
    startTime: 5,
    artifactUri: `mlflow-artifacts:/${experimentId}/${runId}/artifacts`,
    lifecycleStage: "active",
    ...fields,
  };
}

export function insertExperiment(store: MetadataStore, name: string): Promise<number> {
  return store.transact(({ experiments }) => experiments.insertExperiment(newExperiment(name)));
}

/** Makes a run and does `work` with it, in one transaction. */
export function insertRun(
  store: MetadataStore,
  runId: string,
  experimentId: number,
  work: (writer: Writer, run: RunHandle) => Promise<unknown> = async () => undefined,
): Promise<void> {
  return store.transact(async (writer) => {
    await work(writer, await writer.runs.insertRun(newRun(runId, experimentId)));
  });
}

/** Does `work` with a run that is there, in one transaction. */
export function withRun<T>(
  store: MetadataStore,
  runId: string,
  work: (writer: Writer, run: RunHandle) => Promise<T>,
): Promise<T> {
  return store.transact(async (writer) => {
    const run = await writer.runs.getRunHandle(runId);
    assert.ok(run, runId);
    return work(writer, run);
  });
}

export async function mustGetRun(store: MetadataStore, runId: string): Promise<Run> {
  const run = await store.read(({ runs }) => runs.getRun(runId));
  assert.ok(run, runId);
  return run;
}
