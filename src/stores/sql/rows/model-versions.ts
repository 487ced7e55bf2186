import type { ModelVersion, ModelVersionStatus, Stage } from "../../../core/model/model-versions.ts";
import type { Int64, Tag } from "../../../core/model/values.ts";
import type { SqlValue } from "../connection.ts";
import type { AliasRow } from "../schema.ts";
import type { SqlSession } from "../session.ts";

/** What is read of a version, where `model_versions` is `v` and `registered_models` is `m`; in the order of `VersionTuple`. */
const SELECT = `SELECT v.id, v.model, v.number, m.name, v.description, v.stage, v.source, v.storage_location, v.run_id,
  v.run_link, v.user_id, v.logged_model_id, v.status, v.status_message, v.creation_time, v.last_update_time`;

type VersionTuple = [
  id: number,
  modelId: number,
  number: number,
  modelName: string,
  description: string | null,
  stage: Stage,
  source: string | null,
  storageLocation: string | null,
  runId: string | null,
  runLink: string | null,
  userId: string | null,
  loggedModelId: string | null,
  status: ModelVersionStatus,
  statusMessage: string | null,
  creationTime: Int64,
  lastUpdateTime: Int64,
];

/**
 * Reads versions with their tags and aliases, in three statements however many they are. `from` is the rest of the query, with
 * `model_versions` as `v` and `registered_models` as `m`. Rows are arrays, not objects: a default page has 10,000.
 */
export async function readModelVersions(
  session: SqlSession,
  from: string,
  parameters: readonly SqlValue[],
): Promise<ModelVersion[]> {
  const tuples = await session.tuples<VersionTuple>(`${SELECT} ${from}`, parameters);
  if (tuples.length === 0) return [];
  const versions = tuples.map(toModelVersion);
  await addTags(session, versions);
  await addAliases(session, versions);
  return versions;
}

/** The versions with these ids, in their order. */
export async function loadModelVersions(session: SqlSession, ids: readonly number[]): Promise<ModelVersion[]> {
  if (ids.length === 0) return [];
  const { inList, listParameter } = session.dialect;
  const from = `FROM model_versions v JOIN registered_models m ON m.id = v.model WHERE ${inList("v.id", "integer")}`;
  const versions = await readModelVersions(session, from, [listParameter(ids)]);
  const versionOf = new Map(versions.map((version) => [version.id, version]));
  return ids.map((id) => versionOf.get(id)).filter((version) => version !== undefined);
}

type TagTuple = [version: number, key: string, value: string];

async function addTags(session: SqlSession, versions: readonly ModelVersion[]): Promise<void> {
  const { inList, listParameter } = session.dialect;
  const tags = await session.tuples<TagTuple>(
    `SELECT version, key, value FROM model_version_tags WHERE ${inList("version", "integer")} ORDER BY version, key`,
    [listParameter(versions.map((version) => version.id))],
  );
  if (tags.length === 0) return;
  const tagsOf = new Map<number, Tag[]>(versions.map((version) => [version.id, version.tags]));
  for (const [version, key, value] of tags) tagsOf.get(version)?.push({ key, value });
}

/** Aliases are looked up by model, of which there are mostly far fewer than versions. */
async function addAliases(session: SqlSession, versions: readonly ModelVersion[]): Promise<void> {
  const { inList, listParameter } = session.dialect;
  const models = [...new Set(versions.map((version) => version.modelId))];
  const aliases = await session.all<AliasRow>(
    `SELECT model, alias, version FROM aliases WHERE ${inList("model", "integer")} ORDER BY model, alias`,
    [listParameter(models)],
  );
  if (aliases.length === 0) return;
  const aliasesOf = new Map(
    versions.map((version) => [aliasOwner(version.modelId, version.number), version.aliases] as const),
  );
  for (const { model, version, alias } of aliases) aliasesOf.get(aliasOwner(model, version))?.push(alias);
}

function aliasOwner(model: number, number: number): string {
  return `${model}/${number}`;
}

/** Fields are added one by one: spreading them takes three times as long. */
function toModelVersion(tuple: VersionTuple): ModelVersion {
  const [id, modelId, number, modelName, description, stage, source, storageLocation, runId, runLink, ...more] = tuple;
  const [userId, loggedModelId, status, statusMessage, creationTime, lastUpdateTime] = more;
  const version: ModelVersion = {
    id,
    modelId,
    modelName,
    number,
    stage,
    status,
    creationTime,
    lastUpdateTime,
    tags: [],
    aliases: [],
  };
  if (description !== null) version.description = description;
  if (source !== null) version.source = source;
  if (storageLocation !== null) version.storageLocation = storageLocation;
  if (runId !== null) version.runId = runId;
  if (runLink !== null) version.runLink = runLink;
  if (userId !== null) version.userId = userId;
  if (loggedModelId !== null) version.loggedModelId = loggedModelId;
  if (statusMessage !== null) version.statusMessage = statusMessage;
  return version;
}
