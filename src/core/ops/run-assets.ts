import { CoreError } from "../errors.ts";
import { canonicalJson, sha256 } from "../hashing.ts";
import { newHexId } from "../ids.ts";
import type { Asset } from "../model/assets.ts";
import { isProxiedArtifactUri } from "../model/model-version-sources.ts";
import type { RunRecord } from "../model/records.ts";
import type { RunHandle } from "../model/runs.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { changeAsset } from "./asset-changes.ts";
import { findDatasetInput } from "./asset-rules.ts";
import type { NewAssetValues } from "./asset-values.ts";
import { storageLocationOf } from "./model-version-sources.ts";
import { requireRecord } from "./records.ts";

/**
 * Makes a model of a run: a logged model, and one of the run's outputs. Throws `invalidValue` for a location among the files of others,
 * and `alreadyExists` for the external id.
 */
export async function insertRunModel(
  writer: Writer,
  runNumber: number,
  { kind: _kind, name, uri = "", ...values }: NewAssetValues,
  now: number,
): Promise<Asset> {
  const { assets, records, loggedModels, runs, events } = writer;
  const run = await requireRecord(records, "run", runNumber);
  await requireOwnLocation(writer, run, uri);
  const modelId = `m-${newHexId()}`;
  await loggedModels.insertLoggedModel({
    modelId,
    experimentId: run.experimentId,
    name: name || crypto.randomUUID(),
    artifactLocation: uri,
    creationTime: now,
    lastUpdateTime: now,
    status: "UNSPECIFIED",
    sourceRunId: run.runId,
    params: [],
    tags: [],
  });
  await runs.logModelOutputs(toHandle(run), [{ modelId, step: 0 }]);
  await events.appendEvent({ kind: "logged-model.created", modelId, experimentId: run.experimentId }, now);
  const [asset] = await assets.findAssets({ loggedModelId: modelId });
  return complete(writer, asset, values, now);
}

/** As long as the digests that MLflow's clients make. */
const DIGEST_LENGTH = 8;

/**
 * Gives a dataset a digest where its client gave none. For other clients a dataset is one record for each (experiment, name, digest): two
 * of one name that say different things must not become one.
 */
export async function withDigest<Values extends Partial<NewAssetValues>>(values: Values): Promise<Values> {
  if (values.kind !== "dataset" || values.digest) return values;
  const { sourceType, source, schema, profile, uri } = values;
  const digest = await sha256(canonicalJson({ sourceType, source, schema, profile, uri }));
  return { ...values, digest: digest.slice(0, DIGEST_LENGTH) };
}

/** Makes a dataset of a run: one that it has read. Throws `alreadyExists` for the external id. */
export async function insertRunDataset(
  writer: Writer,
  runNumber: number,
  { kind: _kind, name, digest = "", sourceType = "", source = "", schema, profile, ...values }: NewAssetValues,
  now: number,
): Promise<Asset> {
  const { assets, records, runs, events } = writer;
  const run = await requireRecord(records, "run", runNumber);
  const dataset = {
    name: name || crypto.randomUUID(),
    digest,
    sourceType,
    source,
    ...(schema !== undefined && { schema }),
    ...(profile !== undefined && { profile }),
  };
  await runs.logDatasetInputs(toHandle(run), [{ dataset, tags: [] }], now);
  await events.appendEvent({ kind: "run.inputs-logged", runId: run.runId, datasets: 1, models: 0 }, now);
  return complete(writer, await findDatasetInput(assets, runNumber, dataset), values, now);
}

/** Adds what those do not know who know the asset as something else. */
async function complete(
  writer: Writer,
  asset: Asset | undefined,
  values: Omit<NewAssetValues, "kind" | "name">,
  now: number,
): Promise<Asset> {
  if (asset === undefined) throw new Error("What was logged to a run is no asset of it");
  return changeAsset(writer, asset, values, now);
}

/** A place that this server keeps must be the run's: another one would be a key to files of others. */
async function requireOwnLocation(writer: Writer, { runId, artifactUri }: RunRecord, uri: string): Promise<void> {
  if (!isProxiedArtifactUri(uri) || (await storageLocationOf(writer, { source: uri, runId })) !== "") return;
  throw new CoreError("invalidValue", {
    field: "uri",
    reason: `a model among the files of this server must be one of its run's, below ${artifactUri}`,
  });
}

function toHandle({ id, runId, experimentId, state }: RunRecord): RunHandle {
  return { rowId: id, runId, experimentId, lifecycleStage: state };
}
