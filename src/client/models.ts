import { itemsOf } from "./pages.ts";
import {
  type ModelChanges,
  type ModelFile,
  type ModelFilter,
  type NewModel,
  type StoredModel,
  toStoredModel,
  toWireFilter,
  type WireModel,
} from "./stored-models.ts";
import { type Download, type DownloadOptions, startDownload } from "./transfer/download.ts";
import type { UploadSource } from "./transfer/source.ts";
import { Uploader, type UploadOptions } from "./transfer/upload.ts";
import type { HttpRequest, RequestOptions, Transport } from "./transport.ts";

const PATH = "/api/v1/models";

export interface ListOptions extends RequestOptions {
  /** How many come in one answer, from 1 to 1,000 (100). The list itself has no end but its own. */
  pageSize?: number;
}

/** What can be had of a model's files as one. */
export type ArchiveFormat = "tar" | "zip";

/**
 * Stored models: model versions with their files. Wherever an operation takes a `model`, that is its `metadataId` or the `id` that its
 * uploader chose; it throws `NotFoundError` where there is none.
 */
export class Models {
  protected readonly transport: Transport;
  readonly #uploader: Uploader;

  /** @internal */
  constructor(transport: Transport) {
    this.transport = transport;
    this.#uploader = new Uploader(transport, (filter, signal) => this.#listWire(filter, { signal, pageSize: 1 }));
  }

  /**
   * Uploads a file as a new model version. Small ones go in one request, larger ones in parts that survive broken connections. The SHA-256
   * is computed on the way and held against the server's; where they differ, nothing is kept.
   *
   * Throws `InvalidValueError`, `AlreadyExistsError` (id or version), `DigestMismatchError`, `TooLargeError`, `NoSpaceError`. Where an
   * answer gets lost and the model has neither id nor version, it throws `ConnectionError` rather than to risk a second version.
   */
  upload(source: UploadSource, model: NewModel, options: UploadOptions = {}): Promise<StoredModel> {
    return this.#uploader.upload(source, withExtension(model, source), options);
  }

  /** One stored model. */
  async get(model: string, { signal }: RequestOptions = {}): Promise<StoredModel> {
    return toStoredModel(await this.transport.json<WireModel>({ method: "GET", path: pathOf(model), signal }));
  }

  /** All stored models that fit the filter, the newest first: `for await (const model of models.list()) …`. */
  async *list(filter: ModelFilter = {}, options: ListOptions = {}): AsyncGenerator<StoredModel> {
    for await (const model of this.#listWire(filter, options)) yield toStoredModel(model);
  }

  #listWire(filter: ModelFilter, { pageSize, signal }: ListOptions): AsyncGenerator<WireModel> {
    const wanted = { ...toWireFilter(filter), page_size: pageSize };
    return itemsOf(async (pageToken) => {
      const request = { method: "GET", path: PATH, query: { ...wanted, page_token: pageToken }, signal } as const;
      const answer = await this.transport.json<{ models: WireModel[]; next_page_token?: string }>(request);
      return { items: answer.models, nextPageToken: answer.next_page_token };
    });
  }

  /** Changes what is said of a model. What is absent stays, null removes. Throws `InvalidValueError`. */
  async update(model: string, changes: ModelChanges, { signal }: RequestOptions = {}): Promise<StoredModel> {
    const request: HttpRequest = {
      method: "PATCH",
      path: pathOf(model),
      headers: { "content-type": "application/merge-patch+json" },
      json: changes,
      repeatable: true,
      signal,
    };
    return toStoredModel(await this.transport.json<WireModel>(request));
  }

  /** Sets these tags; others stay. */
  setTags(model: string, tags: Readonly<Record<string, string>>, options: RequestOptions = {}): Promise<StoredModel> {
    return this.update(model, { tags }, options);
  }

  /** Removes a tag; where there is none of this key, nothing happens. */
  deleteTag(model: string, key: string, options: RequestOptions = {}): Promise<StoredModel> {
    return this.update(model, { tags: { [key]: null } }, options);
  }

  /** Deletes a model version for good, with its files. */
  async delete(model: string, { signal }: RequestOptions = {}): Promise<void> {
    const request = { method: "DELETE", path: pathOf(model), signal } as const;
    // Gone after an answer got lost: that request has deleted it.
    await this.transport.json<unknown>(request, async ({ code }) => (code === "not-found" ? true : undefined));
  }

  /** The bytes of a model: its file, or its folder as a tar. The promise resolves as soon as they begin to come. */
  download(model: string, options: DownloadOptions = {}): Promise<Download> {
    return startDownload(this.transport, { path: `${pathOf(model)}/content` }, options);
  }

  /** All files of a model, by path. */
  async files(model: string, { signal }: RequestOptions = {}): Promise<ModelFile[]> {
    const request = { method: "GET", path: `${pathOf(model)}/files`, signal } as const;
    return (await this.transport.json<{ files: ModelFile[] }>(request)).files;
  }

  /** The bytes of one file; `path` as in `files`. */
  downloadFile(model: string, path: string, options: DownloadOptions = {}): Promise<Download> {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return startDownload(this.transport, { path: `${pathOf(model)}/files/${encoded}` }, options);
  }

  /** All files of a model as one archive, which is made as it is sent. */
  archive(model: string, format: ArchiveFormat, options: Omit<DownloadOptions, "range"> = {}): Promise<Download> {
    return startDownload(this.transport, { path: `${pathOf(model)}/content`, query: { archive: format } }, options);
  }
}

/** Of a stored model. */
export function pathOf(model: string): string {
  return `${PATH}/${encodeURIComponent(model)}`;
}

/** A file has said its extension by its name. */
function withExtension(model: NewModel, source: UploadSource): NewModel {
  const { name = "" } = source as { name?: unknown };
  const [, extension] = /[^.]\.([A-Za-z0-9]+)$/.exec(String(name)) ?? [];
  if (extension === undefined || model.fileExtension !== undefined || model.unpack !== undefined) return model;
  return { ...model, fileExtension: extension };
}
