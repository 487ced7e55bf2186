import { found } from "../errors.ts";
import {
  STORED_MODELS_ROOT,
  type StoredFiles,
  type StoredModel,
  type StoredModelRecord,
} from "../model/stored-models.ts";
import type { Page } from "../model/values.ts";
import type { ArtifactNode, DirectorySummary } from "../ports/artifacts.ts";
import type { Reader } from "../ports/metadata-store.ts";
import type { StoredModelQuery } from "../ports/stored-models.ts";
import { findVersionDirectories } from "./artifact-locations.ts";
import type { OperationContext } from "./context.ts";

/**
 * How a client names a stored model: the number of its version, the id that a client chose for it, or the id by which the registry knew it
 * that it was copied from.
 */
export type StoredModelReference = string;

/** Throws `notFound`. */
export function getStoredModel(context: OperationContext, reference: StoredModelReference): Promise<StoredModel> {
  return context.store.read((reader) => requireStoredModel(reader, reference));
}

/** Newest first. A constant number of statements, except for versions whose source names a run or a logged model. */
export function listStoredModels(context: OperationContext, query: StoredModelQuery): Promise<Page<StoredModel>> {
  return context.store.read(async (reader) => {
    const page = await reader.storedModels.listStoredModels(query);
    return { ...page, items: await withFiles(reader, page.items) };
  });
}

/** Throws `notFound`. */
export async function requireStoredModel(
  reader: StoredModelSources,
  reference: StoredModelReference,
): Promise<StoredModel> {
  const record = found(await findVisible(reader, reference), {
    entity: "model version",
    by: "metadata_id",
    value: reference,
  });
  const [model = record] = await withFiles(reader, [record]);
  return model;
}

type StoredModelSources = Pick<Reader, "storedModels" | "artifacts" | "runs" | "loggedModels" | "modelVersions">;

/** What finds a version by each kind of name that a client may know it by. */
interface ReferenceLookups<Version> {
  byNumber(id: number): Promise<Version | undefined>;
  byClientId(id: string): Promise<Version | undefined>;
  byImportedId(id: string): Promise<Version | undefined>;
}

/** A number comes first: who chose a number as an id finds the model by the number that it was given. What it had elsewhere comes last. */
export async function findByReference<Version>(
  reference: StoredModelReference,
  { byNumber, byClientId, byImportedId }: ReferenceLookups<Version>,
): Promise<Version | undefined> {
  const numbered = /^[1-9]\d{0,14}$/.test(reference) ? await byNumber(Number(reference)) : undefined;
  return numbered ?? (await byClientId(reference)) ?? byImportedId(reference);
}

function findVisible(
  { storedModels }: StoredModelSources,
  reference: StoredModelReference,
): Promise<StoredModelRecord | undefined> {
  return findByReference(reference, {
    byNumber: async (id) => (await storedModels.getStoredModels([id]))[0],
    byClientId: async (id) => (await storedModels.listStoredModels({ externalId: id, limit: 1 })).items[0],
    byImportedId: (id) => storedModels.findImportedModel(id),
  });
}

async function withFiles(reader: StoredModelSources, records: readonly StoredModelRecord[]): Promise<StoredModel[]> {
  const directories = await findVersionDirectories(
    reader,
    records.map(({ version }) => version),
  );
  const paths = [...new Set(directories.values())];
  const nodes = paths.length > 0 ? await reader.artifacts.getArtifactNodes(paths) : new Map();
  const summaries = await reader.artifacts.summarizeDirectories(paths);
  return records.map((record) => {
    const path = directories.get(record.version.id);
    const files = path === undefined ? undefined : filesOf(path, nodes.get(path), summaries.get(path));
    return files ? { ...record, files } : record;
  });
}

/** What a version has at its path in the tree; undefined where that holds nothing. */
export function filesOf(
  path: string,
  node: ArtifactNode | undefined,
  summary: DirectorySummary | undefined,
): StoredFiles | undefined {
  if (node !== undefined && node !== "directory") return { ...node, isFolder: false };
  if (summary === undefined) return undefined;
  if (summary.single && isFolderOfOneFile(path)) return { ...summary.single, isFolder: false };
  return { path, isFolder: true, size: summary.size };
}

/** `registered-models/<group>/<32 hex>` has the one file of a model; the files of a folder are one directory deeper. */
function isFolderOfOneFile(path: string): boolean {
  return path.startsWith(`${STORED_MODELS_ROOT}/`) && path.split("/").length === 3;
}
