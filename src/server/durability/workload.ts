import { createHash, randomBytes } from "node:crypto";

/** Everything that the server has acknowledged; whatever is not in here may or may not have happened. */
export interface Acknowledged {
  /** Run ids, with the steps of the metric `loss` that were acknowledged. */
  runs: Map<string, Set<number>>;
  /** Versions of the model, with the run that each names. */
  versions: Map<string, string>;
  /** Paths in the artifact tree, with the SHA-256 of what was put there. */
  artifacts: Map<string, string>;
}

export function nothingAcknowledged(): Acknowledged {
  return { runs: new Map(), versions: new Map(), artifacts: new Map() };
}

export const MODEL = "durable";

/** Calls the server and returns its JSON; throws where it is refused or the connection breaks. */
export async function call(url: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

/** Writes without a pause until the server is gone: runs with metrics, model versions, and artifacts of up to a few hundred kilobytes. */
export async function writeUntilKilled(url: string, worker: number, acknowledged: Acknowledged): Promise<void> {
  try {
    for (let turn = 0; ; turn++) {
      const runId = await createRun(url);
      acknowledged.runs.set(runId, new Set());
      await logMetrics(url, runId, acknowledged);
      await storeArtifact(url, `0/${runId}/artifacts/${worker}-${turn}.bin`, acknowledged);
      await createVersion(url, runId, acknowledged);
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

async function createRun(url: string): Promise<string> {
  const { run } = await call(url, "POST", "runs/create", { experiment_id: "0", start_time: Date.now() });
  return (run as { info: { run_id: string } }).info.run_id;
}

async function logMetrics(url: string, runId: string, { runs }: Acknowledged): Promise<void> {
  await Promise.all(
    Array.from({ length: 5 }, async (_, step) => {
      const point = { run_id: runId, key: "loss", value: step / 10, timestamp: 1000 + step, step };
      await call(url, "POST", "runs/log-metric", point);
      runs.get(runId)?.add(step);
    }),
  );
}

async function storeArtifact(url: string, path: string, { artifacts }: Acknowledged): Promise<void> {
  const bytes = randomBytes(1 + Math.floor(Math.random() * 400_000));
  const response = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${path}`, { method: "PUT", body: bytes });
  const text = await response.text();
  if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${text}`);
  artifacts.set(path, createHash("sha256").update(bytes).digest("hex"));
}

async function createVersion(url: string, runId: string, { versions }: Acknowledged): Promise<void> {
  const source = `mlflow-artifacts:/0/${runId}/artifacts/model`;
  const answer = await call(url, "POST", "model-versions/create", { name: MODEL, source, run_id: runId });
  versions.set((answer.model_version as { version: string }).version, runId);
}
