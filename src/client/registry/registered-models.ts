import { itemsOf } from "../pages.ts";
import type { RequestOptions } from "../transport.ts";
import { MlflowOperations, type SearchOptions, toRecord, toWireTags, type WireTag } from "./mlflow.ts";

/** A named line of model versions. */
export interface RegisteredModel {
  name: string;
  description: string;
  tags: Readonly<Record<string, string>>;
  /** The version number that each alias points to. */
  aliases: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. */
  creationTimestamp: number;
  /** Milliseconds since 1970. */
  lastUpdatedTimestamp: number;
}

export interface NewRegisteredModel {
  name: string;
  description?: string;
  tags?: Readonly<Record<string, string>>;
}

interface WireRegisteredModel {
  name: string;
  description?: string;
  tags?: WireTag[];
  aliases?: { alias: string; version: string }[];
  creation_timestamp: number;
  last_updated_timestamp: number;
}

type Answer = { registered_model: WireRegisteredModel };

/** Registered models: each has a name, and the versions of the model. */
export class RegisteredModels extends MlflowOperations {
  /** Throws `AlreadyExistsError`. An upload makes the registered model by itself. */
  async create(model: NewRegisteredModel, { signal }: RequestOptions = {}): Promise<RegisteredModel> {
    const { name, description, tags } = model;
    const fields = { name, description, tags: toWireTags(tags) };
    return toRegisteredModel(
      (await this.changeOnce<Answer>("registered-models/create", fields, signal)).registered_model,
    );
  }

  /** Throws `NotFoundError`. */
  async get(name: string, { signal }: RequestOptions = {}): Promise<RegisteredModel> {
    return toRegisteredModel((await this.read<Answer>("registered-models/get", { name }, signal)).registered_model);
  }

  /** All that fit the filter. Throws `InvalidValueError` for a filter that it doesn't understand. */
  async *list({ filter, orderBy, pageSize, signal }: SearchOptions = {}): AsyncGenerator<RegisteredModel> {
    const wanted = { filter, order_by: orderBy ?? [], max_results: pageSize };
    yield* itemsOf(async (pageToken) => {
      const answer = await this.read<{ registered_models?: WireRegisteredModel[]; next_page_token?: string }>(
        "registered-models/search",
        { ...wanted, page_token: pageToken },
        signal,
      );
      return {
        items: (answer.registered_models ?? []).map(toRegisteredModel),
        nextPageToken: answer.next_page_token,
      };
    });
  }

  /** Changes the description. Throws `NotFoundError`. */
  async update(
    name: string,
    { description }: { description: string },
    { signal }: RequestOptions = {},
  ): Promise<RegisteredModel> {
    const fields = { name, description };
    const { registered_model } = await this.change<Answer>("PATCH", "registered-models/update", fields, signal);
    return toRegisteredModel(registered_model);
  }

  /** Gives it another name, under which its versions and aliases go on. Throws `NotFoundError`, `AlreadyExistsError`. */
  async rename(name: string, newName: string, { signal }: RequestOptions = {}): Promise<RegisteredModel> {
    const fields = { name, new_name: newName };
    return toRegisteredModel(
      (await this.changeOnce<Answer>("registered-models/rename", fields, signal)).registered_model,
    );
  }

  /** Deletes it with its versions. Throws `NotFoundError`, and `InvalidValueError` while a version is in use. */
  delete(name: string, { signal }: RequestOptions = {}): Promise<void> {
    return this.remove("registered-models/delete", { name }, signal);
  }

  /** Sets these tags, one after the other; others stay. */
  async setTags(name: string, tags: Readonly<Record<string, string>>, { signal }: RequestOptions = {}): Promise<void> {
    for (const tag of toWireTags(tags))
      await this.change("POST", "registered-models/set-tag", { name, ...tag }, signal);
  }

  /** Removes a tag; where there is none of this key, nothing happens. */
  deleteTag(name: string, key: string, { signal }: RequestOptions = {}): Promise<void> {
    return this.remove("registered-models/delete-tag", { name, key }, signal);
  }

  /** Lets an alias point to a version, wherever it pointed before. Throws `NotFoundError`. */
  async setAlias(name: string, alias: string, version: number, { signal }: RequestOptions = {}): Promise<void> {
    await this.change("POST", "registered-models/alias", { name, alias, version: String(version) }, signal);
  }

  /** Removes an alias; where there is none of this name, nothing happens. */
  deleteAlias(name: string, alias: string, { signal }: RequestOptions = {}): Promise<void> {
    return this.remove("registered-models/alias", { name, alias }, signal);
  }
}

function toRegisteredModel({ description = "", tags, aliases = [], ...wire }: WireRegisteredModel): RegisteredModel {
  return {
    name: wire.name,
    description,
    tags: toRecord(tags),
    aliases: Object.fromEntries(aliases.map(({ alias, version }) => [alias, Number(version)])),
    creationTimestamp: Number(wire.creation_timestamp),
    lastUpdatedTimestamp: Number(wire.last_updated_timestamp),
  };
}
