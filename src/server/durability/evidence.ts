import assert from "node:assert/strict";
import type { Acknowledged } from "./acknowledged.ts";
import { finishUpload, MODELS, uploadOffset } from "./model-workload.ts";
import { callMlflow, sha256 } from "./requests.ts";
import { ARTIFACTS, MODEL } from "./tracking-workload.ts";

/** Everything that was acknowledged is there, with the bytes that were sent; everything whose deletion was acknowledged is gone. */
export async function verifyAcknowledged(url: string, acknowledged: Acknowledged): Promise<void> {
  await verifyRuns(url, acknowledged);
  for (const [path, digest] of acknowledged.artifacts) await verifyFile(`${url}${ARTIFACTS}/${path}`, digest);
  for (const path of acknowledged.deletedArtifacts) await verifyGone(`${url}${ARTIFACTS}/${path}`);
  for (const [id, digest] of acknowledged.models) await verifyFile(`${url}${MODELS}/${id}/content`, digest);
  for (const id of acknowledged.deletedModels) await verifyGone(`${url}${MODELS}/${id}`);
}

async function verifyRuns(url: string, { runs, versions }: Acknowledged): Promise<void> {
  for (const [runId, steps] of runs) {
    const { metrics } = await callMlflow(url, "GET", `metrics/get-history?run_id=${runId}&metric_key=loss`);
    const found = new Set(((metrics as { step: number }[] | undefined) ?? []).map((point) => point.step));
    assert.ok(steps.isSubsetOf(found), `run ${runId} has the steps ${[...found]}, acknowledged were ${[...steps]}`);
  }
  for (const [version, runId] of versions) {
    const { model_version } = await callMlflow(url, "GET", `model-versions/get?name=${MODEL}&version=${version}`);
    assert.equal((model_version as { run_id: string }).run_id, runId);
  }
}

async function verifyFile(url: string, digest: string): Promise<void> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  assert.equal(sha256(new Uint8Array(await response.arrayBuffer())), digest, url);
}

async function verifyGone(url: string): Promise<void> {
  const response = await fetch(url);
  await response.bytes();
  assert.equal(response.status, 404, url);
}

/** Every unfinished upload has at least the bytes that were acknowledged, goes on behind them, and becomes the model that was meant. */
export async function resumeUploads(url: string, acknowledged: Acknowledged): Promise<void> {
  for (const [path, resumable] of acknowledged.uploads) {
    const offset = await uploadOffset(url, path);
    assert.ok(offset >= resumable.offset, `${path} has ${offset} bytes, acknowledged were ${resumable.offset}`);
    resumable.offset = offset;
    await finishUpload(url, path, acknowledged);
  }
}
