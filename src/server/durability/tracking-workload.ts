import { randomBytes, randomInt } from "node:crypto";
import type { Acknowledged } from "./acknowledged.ts";
import { callMlflow, send, sha256 } from "./requests.ts";

export const MODEL = "durable";

/** One run with metrics, a model version, and artifacts of up to a few hundred kilobytes, of which it deletes some. */
export async function trackRun(url: string, acknowledged: Acknowledged): Promise<void> {
  const runId = await createRun(url);
  acknowledged.runs.set(runId, new Set());
  await logMetrics(url, runId, acknowledged);
  const path = `0/${runId}/artifacts/model.bin`;
  await storeArtifact(url, path, acknowledged);
  await createVersion(url, runId, acknowledged);
  if (randomInt(3) === 0) await deleteArtifact(url, path, acknowledged);
}

async function createRun(url: string): Promise<string> {
  const { run } = await callMlflow(url, "POST", "runs/create", { experiment_id: "0", start_time: Date.now() });
  return (run as { info: { run_id: string } }).info.run_id;
}

async function logMetrics(url: string, runId: string, { runs }: Acknowledged): Promise<void> {
  await Promise.all(
    Array.from({ length: 5 }, async (_, step) => {
      const point = { run_id: runId, key: "loss", value: step / 10, timestamp: 1000 + step, step };
      await callMlflow(url, "POST", "runs/log-metric", point);
      runs.get(runId)?.add(step);
    }),
  );
}

export const ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";

async function storeArtifact(url: string, path: string, { artifacts }: Acknowledged): Promise<void> {
  const bytes = randomBytes(1 + randomInt(400_000));
  await send(url, "PUT", `${ARTIFACTS}/${path}`, { body: bytes });
  artifacts.set(path, sha256(bytes));
}

async function deleteArtifact(url: string, path: string, acknowledged: Acknowledged): Promise<void> {
  acknowledged.artifacts.delete(path);
  await send(url, "DELETE", `${ARTIFACTS}/${path}`);
  acknowledged.deletedArtifacts.add(path);
}

async function createVersion(url: string, runId: string, { versions }: Acknowledged): Promise<void> {
  const source = `mlflow-artifacts:/0/${runId}/artifacts/model`;
  const answer = await callMlflow(url, "POST", "model-versions/create", { name: MODEL, source, run_id: runId });
  versions.set((answer.model_version as { version: string }).version, runId);
}
