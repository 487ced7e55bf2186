import { CoreError, isCoreError } from "../errors.ts";
import {
  isProxiedArtifactUri,
  type ModelReference,
  PROMPT_SOURCES,
  parseModelReference,
} from "../model/model-version-sources.ts";
import { type ModelVersion, parseStage } from "../model/model-versions.ts";
import { isPrompt } from "../model/registered-models.ts";
import { decodeFully, isWithin, parseUri, type Uri } from "../model/uris.ts";
import type { Reader } from "../ports/metadata-store.ts";
import { requireSource } from "./artifact-locations.ts";
import { requireLoggedModel } from "./logged-models.ts";
import { requireModelVersion, requireModelVersionByAlias } from "./model-version-lookups.ts";
import { requireRegisteredModel } from "./registered-models.ts";

/** Where a new version says that it comes from. */
export interface SourceClaim {
  source: string;
  runId?: string;
  loggedModelId?: string;
  prompt: boolean;
}

export interface ResolvedSource {
  source: string;
  /** Where the files are, once references to other models of the registry are followed. */
  storageLocation: string;
  runId: string;
  loggedModelId?: string;
}

type SourceReader = Pick<Reader, "runs" | "loggedModels" | "registeredModels" | "modelVersions">;

/**
 * Checks a claim and follows it. A source that names something in this registry (`runs:`, `models:`, `mlflow-artifacts:`, a local path)
 * must lie within the run or logged model that the claim names: otherwise a version would be a key to files of others. Sources
 * elsewhere are free: the server never opens them. Throws `invalidValue` and `notFound`.
 */
export async function resolveModelVersionSource(reader: SourceReader, claim: SourceClaim): Promise<ResolvedSource> {
  const { source } = claim;
  if (claim.prompt) {
    if (!PROMPT_SOURCES.includes(source))
      throw invalidSource("prompt", source, "Prompt sources must use an MLflow placeholder.");
    return { source, storageLocation: source, runId: claim.runId ?? "" };
  }
  const uri = parseUri(source);
  if (uri.scheme === "models") return resolveModelsSource(reader, claim, uri);
  await requireContainedSource(reader, claim, uri);
  return withOwner(reader, claim, source);
}

/**
 * Where the server may look for files that a client says are at `source`, of a version whose run this is. What names something in this
 * registry that is not the run's leads nowhere, "": it would be a key to files of others. Clients still see the source.
 */
export async function storageLocationOf(
  reader: SourceReader,
  claim: Pick<SourceClaim, "source" | "runId">,
): Promise<string> {
  try {
    return (await resolveModelVersionSource(reader, { ...claim, prompt: false })).storageLocation;
  } catch (error) {
    if (isCoreError(error, "invalidValue") || isCoreError(error, "notFound")) return "";
    throw error;
  }
}

async function resolveModelsSource(reader: SourceReader, claim: SourceClaim, uri: Uri): Promise<ResolvedSource> {
  const { source } = claim;
  if (uri.authority !== "") {
    throw invalidSource("model version", source, "Registered model sources must use the active model registry.");
  }
  const reference = parseModelReference(uri.path);
  if (reference === undefined) throw foreignSource(source, "model_id");
  if (reference.kind === "logged model") {
    requirePlainPath(source);
    if (reference.modelId !== claim.loggedModelId) throw foreignSource(source, "model_id");
    return withOwner(reader, claim);
  }
  return copyOf(claim, await findReferenced(reader, source, reference));
}

/** The version's source and where its files are: those of its logged model, unless `location` says otherwise. */
async function withOwner(reader: SourceReader, claim: SourceClaim, location?: string): Promise<ResolvedSource> {
  const owner = claim.loggedModelId ? await requireLoggedModel(reader.loggedModels, claim.loggedModelId) : undefined;
  return {
    source: claim.source,
    storageLocation: location ?? owner?.artifactLocation ?? claim.source,
    runId: claim.runId || owner?.sourceRunId || "",
    ...(owner && { loggedModelId: owner.modelId }),
  };
}

/** A version made from another version shares its files, its run and its logged model. */
function copyOf(claim: SourceClaim, original: ModelVersion): ResolvedSource {
  const sameRun = claim.runId === undefined || claim.runId === (original.runId ?? "");
  const sameModel = !claim.loggedModelId || claim.loggedModelId === original.loggedModelId;
  if (!sameRun || !sameModel) {
    const reason = "The run_id and model_id request parameters must match the referenced model version.";
    throw invalidSource("model version", claim.source, reason);
  }
  const source = `models:/${original.modelName}/${original.number}`;
  return {
    source,
    storageLocation: original.storageLocation ?? requireSource(original),
    runId: original.runId ?? "",
    ...(original.loggedModelId !== undefined && { loggedModelId: original.loggedModelId }),
  };
}

async function findReferenced(
  { registeredModels, modelVersions }: SourceReader,
  source: string,
  reference: Exclude<ModelReference, { kind: "logged model" }>,
): Promise<ModelVersion> {
  const { name } = reference;
  const model = await requireRegisteredModel(registeredModels, name);
  if (isPrompt(model.tags)) {
    throw invalidSource("model version", source, "Prompt versions cannot be used as model version sources.");
  }
  if (reference.kind === "alias")
    return requireModelVersionByAlias({ registeredModels, modelVersions }, name, reference.alias);
  if (reference.kind === "version") return requireModelVersion({ modelVersions }, name, reference.number);
  if (reference.kind === "latest") {
    const highest = await modelVersions.getHighestModelVersion(name);
    if (highest) return highest;
    throw noVersions(name, "");
  }
  const stage = parseStage(reference.stage);
  const latest = await registeredModels.getLatestVersions([model.id]);
  const ofStage = latest.find((version) => version.stage === stage);
  if (ofStage) return ofStage;
  throw noVersions(name, ` and stage '${reference.stage}'`);
}

/** Refuses sources in this registry that are not within the claimed run or logged model. */
async function requireContainedSource(reader: SourceReader, claim: SourceClaim, uri: Uri): Promise<void> {
  const { source } = claim;
  const field = claim.loggedModelId ? "model_id" : "run_id";
  if (uri.scheme === "" || uri.scheme === "file") return requireLocalSource(reader, claim, uri);
  requirePlainPath(source);
  if (uri.scheme === "runs") {
    const runId = uri.path.split("/")[1];
    if (field === "run_id" && uri.authority === "" && claim.runId && runId === claim.runId) return;
    throw foreignSource(source, field);
  }
  if (isProxiedArtifactUri(source)) {
    const root = await rootOf(reader, claim);
    if (root === undefined || !isWithin(uri, parseUri(root))) throw foreignSource(source, field);
  }
}

async function requireLocalSource(reader: SourceReader, claim: SourceClaim, uri: Uri): Promise<void> {
  const root = await rootOf(reader, claim);
  const rootUri = root === undefined ? undefined : parseUri(root);
  const isLocalRoot = rootUri?.scheme === "" || rootUri?.scheme === "file";
  const climbs = decodeFully(claim.source)?.split("/").includes("..") ?? true;
  if (rootUri && isLocalRoot && !climbs && isWithin(localPath(uri), localPath(rootUri))) return;
  const owner = claim.loggedModelId ? "model_id" : "run_id";
  // Upstream prints the bare path where an owner is claimed.
  const printed = claim.loggedModelId || claim.runId ? uri.path : claim.source;
  const reason =
    `To use a local path as a model version source, the ${owner} request parameter has to be specified and the local path has ` +
    `to be contained within the artifact directory of the run specified by the ${owner}.`;
  throw invalidSource("model version", printed, reason);
}

function localPath({ authority, path }: Uri): Uri {
  return { scheme: "file", authority, path };
}

/** Where the claimed owner keeps its artifacts; undefined where none is claimed. Throws where there is no such owner. */
async function rootOf(
  reader: SourceReader,
  { source, runId, loggedModelId }: SourceClaim,
): Promise<string | undefined> {
  if (loggedModelId) {
    const model = await reader.loggedModels.getLoggedModel(loggedModelId);
    if (model === undefined) throw foreignSource(source, "model_id");
    return model.artifactLocation;
  }
  if (!runId) return undefined;
  const run = await reader.runs.getRunInfo(runId);
  if (run === undefined) throw foreignSource(source, "run_id");
  return run.artifactUri;
}

/** Refuses a path that is empty, relative, or has `.` or `..` in it, however it is encoded. */
function requirePlainPath(source: string): void {
  const decoded = decodeFully(source);
  const path = parseUri(decoded ?? "").path.replace(/\/+$/, "");
  const climbs = decoded?.split("/").includes("..") || path.split("/").includes(".");
  if (path.startsWith("/") && !climbs && !decoded?.includes("\0")) return;
  const reason =
    "If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be " +
    "provided without relative path references present. Please provide an absolute path.";
  throw invalidSource("model version", source, reason);
}

function foreignSource(source: string, field: "run_id" | "model_id"): CoreError {
  const reason = `The ${field} request parameter must identify the resource that contains the source.`;
  return invalidSource("model version", source, reason);
}

function invalidSource(owner: "prompt" | "model version", source: string, reason: string): CoreError {
  return new CoreError("invalidValue", { field: "source", reason: `Invalid ${owner} source: '${source}'. ${reason}` });
}

function noVersions(name: string, where: string): CoreError {
  return new CoreError("invalidValue", {
    field: "source",
    reason: `No versions of model with name '${name}'${where} found`,
  });
}
