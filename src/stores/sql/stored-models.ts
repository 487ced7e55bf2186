import { IMPORTED_ID, STORED_MODELS_ROOT, type StoredModelRecord } from "../../core/model/stored-models.ts";
import type { Page } from "../../core/model/values.ts";
import type { StoredModelQuery, StoredModelReader } from "../../core/ports/stored-models.ts";
import type { SqlValue } from "./connection.ts";
import { loadModelVersions } from "./rows/model-versions.ts";
import type { SqlSession } from "./session.ts";

/** A prompt has no files; a deleted model hides its versions. */
const VISIBLE = `v.lifecycle_stage = 'active' AND m.lifecycle_stage = 'active' AND NOT EXISTS (
  SELECT 1 FROM model_version_tags p WHERE p.version = v.id AND p.key = 'mlflow.prompt.is_prompt' AND lower(p.value) = 'true')`;

const OWN_FILES = `mlflow-artifacts:/${STORED_MODELS_ROOT}/`;

/** What the index of versions with files of the registry's own has. */
function isOwn(alias: string): string {
  return `${alias}.storage_location >= '${OWN_FILES}' AND ${alias}.storage_location < '${pastPrefix(OWN_FILES)}'`;
}

/** The first text behind those that begin with `prefix`, which ends with a slash. */
function pastPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}

export class SqlStoredModelReader implements StoredModelReader {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async getStoredModels(ids: readonly number[]): Promise<StoredModelRecord[]> {
    const { inList, listParameter } = this.#session.dialect;
    const visible = await this.#ids(inList("v.id", "integer"), [listParameter(ids)]);
    const known = new Set(visible);
    return this.#load(ids.filter((id) => known.has(id)));
  }

  async findImportedModel(importedId: string): Promise<StoredModelRecord | undefined> {
    const { indexedText } = this.#session.dialect.ddl;
    const ids = await this.#ids(
      `v.id IN (SELECT t.version FROM model_version_tags t
        WHERE t.key = ? AND ${indexedText("t.value")} = ${indexedText("?")} AND t.value = ?)`,
      [IMPORTED_ID, importedId, importedId],
      1,
    );
    const [model] = await this.#load(ids);
    return model;
  }

  async listStoredModels(query: StoredModelQuery): Promise<Page<StoredModelRecord>> {
    const { conditions, parameters } = conditionsOf(this.#session, query);
    const ids = await this.#ids(conditions.join(" AND "), parameters, query.limit + 1);
    const items = await this.#load(ids.slice(0, query.limit));
    const last = ids[query.limit - 1];
    return ids.length > query.limit && last !== undefined ? { items, next: [last] } : { items };
  }

  async getOwnLocations(of: { versionId: number } | { modelId: number }): Promise<string[]> {
    const [owned, id] = "versionId" in of ? ["id = ?", of.versionId] : ["model = ?", of.modelId];
    const rows = await this.#session.all<{ location: string }>(
      `SELECT DISTINCT v.storage_location AS location FROM model_versions v
       WHERE v.${owned} AND ${isOwn("v")} AND NOT EXISTS (
         SELECT 1 FROM model_versions x WHERE x.storage_location = v.storage_location AND ${isOwn("x")} AND NOT x.${owned})`,
      [id, id],
    );
    return rows.map(({ location }) => location);
  }

  async #ids(condition: string, parameters: readonly SqlValue[], limit?: number): Promise<number[]> {
    const rows = await this.#session.all<{ id: number }>(
      `SELECT v.id FROM model_versions v JOIN registered_models m ON m.id = v.model
       WHERE ${VISIBLE} AND ${condition} ORDER BY v.id DESC${limit === undefined ? "" : " LIMIT ?"}`,
      limit === undefined ? parameters : [...parameters, limit],
    );
    return rows.map(({ id }) => id);
  }

  async #load(ids: readonly number[]): Promise<StoredModelRecord[]> {
    if (ids.length === 0) return [];
    const versions = await loadModelVersions(this.#session, ids);
    const records = new Map<number, StoredModelRecord>(
      versions.map((version) => [version.id, { version, versionName: "", metrics: [], parameters: [] }]),
    );
    await this.#addNames(records);
    await this.#addAssets(records);
    return [...records.values()];
  }

  async #addNames(records: ReadonlyMap<number, StoredModelRecord>): Promise<void> {
    const { inList, listParameter } = this.#session.dialect;
    const rows = await this.#session.all<NamesRow>(
      `SELECT id, name, external_id, file_facts FROM model_versions WHERE ${inList("id", "integer")}`,
      [listParameter([...records.keys()])],
    );
    for (const { id, name, external_id: externalId, file_facts: facts } of rows) {
      const record = records.get(id);
      if (record)
        Object.assign(record, { versionName: name, ...(externalId && { externalId }), ...(facts && { facts }) });
    }
  }

  /** The source's format, and the metrics and parameters that were made for the version. */
  async #addAssets(records: ReadonlyMap<number, StoredModelRecord>): Promise<void> {
    const { inList, listParameter } = this.#session.dialect;
    const rows = await this.#session.all<AssetRow>(
      `SELECT version, kind, name, model_format_name, value, text_value, value_type FROM assets
       WHERE ${inList("version", "integer")} AND (is_source = 1 OR kind IN ('metric', 'parameter')) ORDER BY version, id`,
      [listParameter([...records.keys()])],
    );
    for (const row of rows) addAsset(records.get(row.version), row);
  }
}

interface NamesRow {
  id: number;
  name: string;
  external_id: string | null;
  file_facts: string | null;
}

interface AssetRow {
  version: number;
  kind: "model" | "metric" | "parameter";
  name: string;
  model_format_name: string | null;
  value: number | null;
  text_value: string | null;
  value_type: StoredModelRecord["parameters"][number]["type"] | null;
}

function addAsset(record: StoredModelRecord | undefined, row: AssetRow): void {
  if (row.kind === "metric") record?.metrics.push({ name: row.name, value: row.value ?? Number.NaN });
  else if (row.kind === "parameter") {
    record?.parameters.push({ name: row.name, text: row.text_value ?? "", type: row.value_type ?? "string" });
  } else if (record && row.model_format_name) record.framework = row.model_format_name;
}

function conditionsOf(
  { dialect }: SqlSession,
  { modelName, versionName, externalId, locationPrefix, framework, tags = [], search, after }: StoredModelQuery,
): { conditions: string[]; parameters: SqlValue[] } {
  const conditions = ["1 = 1"];
  const parameters: SqlValue[] = [];
  const addIfGiven = (condition: string, ...values: (SqlValue | undefined)[]) => {
    if (values.some((value) => value === undefined)) return;
    conditions.push(condition);
    parameters.push(...(values as SqlValue[]));
  };
  addIfGiven("v.id < ?", after?.[0]);
  addIfGiven("m.name = ?", modelName);
  addIfGiven("v.name = ?", versionName);
  addIfGiven("v.external_id = ? AND v.external_id <> ''", externalId);
  addIfGiven(
    `v.storage_location >= ? AND v.storage_location < ? AND ${isOwn("v")}`,
    locationPrefix,
    locationPrefix && pastPrefix(locationPrefix),
  );
  addIfGiven(
    "EXISTS (SELECT 1 FROM assets a WHERE a.version = v.id AND a.is_source = 1 AND a.model_format_name = ?)",
    framework,
  );
  for (const { key, value } of tags) {
    addIfGiven(
      "EXISTS (SELECT 1 FROM model_version_tags t WHERE t.version = v.id AND t.key = ? AND t.value = ?)",
      key,
      value,
    );
  }
  const pattern = search === undefined ? undefined : `%${escaped(search)}%`;
  addIfGiven(
    `(${dialect.ilike("m.name", "?", "\\")} OR ${dialect.ilike("v.description", "?", "\\")})`,
    pattern,
    pattern,
  );
  return { conditions, parameters };
}

/** A client's text as a pattern that stands for itself. */
function escaped(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}
