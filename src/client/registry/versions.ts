import { itemsOf } from "../pages.ts";
import type { RequestOptions } from "../transport.ts";
import { MlflowOperations, type SearchOptions, toRecord, toWireTags, type WireTag } from "./mlflow.ts";

export type Stage = "None" | "Staging" | "Production" | "Archived";

/** A numbered entry of a registered model, as lists show it. */
export interface ListedVersion {
  /** Of the registered model. */
  name: string;
  /** From 1. */
  version: number;
  description: string;
  /** Where its files came from. */
  source: string;
  /** The run that made it, or null. */
  runId: string | null;
  stage: Stage;
  /** `READY`, `PENDING_REGISTRATION` or `FAILED_REGISTRATION`. */
  status: string;
  tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  creationTimestamp: number;
  /** Milliseconds since 1970. */
  lastUpdatedTimestamp: number;
}

/** A numbered entry of a registered model. */
export interface ModelVersion extends ListedVersion {
  /** Those that point to it. */
  aliases: readonly string[];
}

interface WireVersion {
  name: string;
  version: string;
  description?: string;
  source?: string;
  run_id?: string;
  current_stage?: Stage;
  status?: string;
  tags?: WireTag[];
  aliases?: string[];
  creation_timestamp: number;
  last_updated_timestamp: number;
}

type Answer = { model_version: WireVersion };

/** Model versions by the name of their registered model and their number, whether they have files here or not. */
export class Versions extends MlflowOperations {
  /** Throws `NotFoundError`. */
  async get(name: string, version: number, { signal }: RequestOptions = {}): Promise<ModelVersion> {
    return toVersion((await this.read<Answer>("model-versions/get", { name, version }, signal)).model_version);
  }

  /** The version that an alias points to. Throws `NotFoundError`. */
  async getByAlias(name: string, alias: string, { signal }: RequestOptions = {}): Promise<ModelVersion> {
    return toVersion((await this.read<Answer>("registered-models/alias", { name, alias }, signal)).model_version);
  }

  /**
   * All that fit the filter, such as `name = 'wine'`, those that changed last first. Throws `InvalidValueError` for a filter that it doesn't
   * understand.
   */
  async *list({ filter, orderBy, pageSize = 100, signal }: SearchOptions = {}): AsyncGenerator<ListedVersion> {
    const wanted = { filter, order_by: orderBy ?? [], max_results: pageSize };
    yield* itemsOf(async (pageToken) => {
      const answer = await this.read<{ model_versions?: WireVersion[]; next_page_token?: string }>(
        "model-versions/search",
        { ...wanted, page_token: pageToken },
        signal,
      );
      return { items: (answer.model_versions ?? []).map(toListedVersion), nextPageToken: answer.next_page_token };
    });
  }

  /** Changes the description. Throws `NotFoundError`. */
  async update(
    name: string,
    version: number,
    { description }: { description: string },
    { signal }: RequestOptions = {},
  ): Promise<ModelVersion> {
    const fields = { name, version: String(version), description };
    return toVersion((await this.change<Answer>("PATCH", "model-versions/update", fields, signal)).model_version);
  }

  /** Moves it to a stage; `archiveExisting` moves those that are in it to `Archived`. Throws `NotFoundError`. */
  async setStage(
    name: string,
    version: number,
    stage: Stage,
    { archiveExisting = false, signal }: RequestOptions & { archiveExisting?: boolean } = {},
  ): Promise<ModelVersion> {
    const fields = { name, version: String(version), stage, archive_existing_versions: archiveExisting };
    const { model_version } = await this.change<Answer>("POST", "model-versions/transition-stage", fields, signal);
    return toVersion(model_version);
  }

  /** Deletes the version. To free its files too, use `models.delete`. Throws `NotFoundError`. */
  delete(name: string, version: number, { signal }: RequestOptions = {}): Promise<void> {
    return this.remove("model-versions/delete", { name, version: String(version) }, signal);
  }

  /** Sets these tags, one after the other; others stay. */
  async setTags(
    name: string,
    version: number,
    tags: Readonly<Record<string, string>>,
    { signal }: RequestOptions = {},
  ): Promise<void> {
    for (const tag of toWireTags(tags)) {
      await this.change("POST", "model-versions/set-tag", { name, version: String(version), ...tag }, signal);
    }
  }

  /** Removes a tag; where there is none of this key, nothing happens. */
  deleteTag(name: string, version: number, key: string, { signal }: RequestOptions = {}): Promise<void> {
    return this.remove("model-versions/delete-tag", { name, version: String(version), key }, signal);
  }
}

function toVersion(wire: WireVersion): ModelVersion {
  return { ...toListedVersion(wire), aliases: wire.aliases ?? [] };
}

function toListedVersion(wire: WireVersion): ListedVersion {
  return {
    name: wire.name,
    version: Number(wire.version),
    description: wire.description ?? "",
    source: wire.source ?? "",
    runId: wire.run_id || null,
    stage: wire.current_stage ?? "None",
    status: wire.status ?? "READY",
    tags: toRecord(wire.tags),
    creationTimestamp: Number(wire.creation_timestamp),
    lastUpdatedTimestamp: Number(wire.last_updated_timestamp),
  };
}
