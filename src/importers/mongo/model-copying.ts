import { createHash } from "node:crypto";
import { isCoreError } from "../../core/errors.ts";
import { toJson } from "../../core/json.ts";
import { IMPORTED_ID, IMPORTED_PATH, OWN_PROPERTY_PREFIX, type StoredModel } from "../../core/model/stored-models.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import type { NewStoredModel } from "../../core/ops/new-stored-models.ts";
import { type StoredModelChanges, updateStoredModel } from "../../core/ops/stored-model-changes.ts";
import { storeModel } from "../../core/ops/stored-model-uploads.ts";
import { getStoredModel } from "../../core/ops/stored-models.ts";
import { withinTransaction } from "../../core/ops/within-transaction.ts";
import type { Import } from "../../core/ports/imports.ts";
import type { Writer } from "../../core/ports/metadata-store.ts";
import { fileUri } from "../../protocols/binary/answers.ts";
import { explain, NotCopied } from "../problems.ts";
import type { ImportReport } from "../report.ts";
import { SourceError } from "../source-error.ts";
import { readDocument, type SourceModel } from "./document.ts";
import type { DocumentEntry } from "./documents.ts";
import type { ImportKind } from "./kinds.ts";
import { chooseNames } from "./names.ts";
import { copyObject, type ObjectCopy, promiseObject } from "./object-copy.ts";
import type { ObjectInfo, ObjectSource } from "./objects.ts";
import { idText, toPlainObject } from "./plain.ts";
import type { SharedObjects } from "./shared-objects.ts";
import type { Turn } from "./turns.ts";

export interface ModelCopyingOptions {
  /** Under which the registry remembers what it has from this source; by it another run knows what is here already. */
  sourceName: string;
  /** Where the objects of documents are that don't say it. */
  defaultBucket: string;
  /** Where clients will reach this registry, without a closing slash. */
  publicUrl: string;
  /** Whether to leave the bytes where they are. */
  dryRun: boolean;
  report: ImportReport<ImportKind>;
  /** Called when more was handled. */
  onProgress(kind: ImportKind): void;
}

/** A document on its way. */
export interface Arrival {
  /** Names it among all of its source. */
  key: string;
  /** Undefined where it is gone since it was listed. */
  document: DocumentEntry | undefined;
  /** What an earlier run made of it. */
  earlier: Import | undefined;
  /** Among those that may want the same name or id. */
  turn: Turn;
}

/** What the registry remembers of a document: what became of it, and the states in which it was copied. */
const COPY = "model";
const STATE = "model state";

/** How often progress is told while bytes come. */
const PROGRESS_BYTES = 1024 * 1024;

export class ModelCopying {
  readonly #context: OperationContext;
  readonly #objects: ObjectSource;
  readonly #shared: SharedObjects;
  readonly #options: ModelCopyingOptions;

  constructor(context: OperationContext, objects: ObjectSource, shared: SharedObjects, options: ModelCopyingOptions) {
    this.#context = context;
    this.#objects = objects;
    this.#shared = shared;
    this.#options = options;
  }

  /** What earlier runs made of these documents. */
  findCopies(keys: readonly string[]): Promise<ReadonlyMap<string, Import>> {
    return this.#find(COPY, keys);
  }

  /** What is refused goes into the report. Throws `SourceError` where nothing more can be copied. */
  async copy(arrival: Arrival): Promise<void> {
    const { report, onProgress } = this.#options;
    try {
      report.count("model", await this.#copy(arrival));
    } catch (error) {
      stopWhereNothingCanBeKept(error);
      const explanation = explain(error);
      if (explanation === undefined) throw error;
      report.count("model", "notCopied");
      report.notCopied.push({ ...subjectOf(arrival), ...explanation });
    } finally {
      arrival.turn.leave();
      onProgress("model");
    }
  }

  async #copy(arrival: Arrival): Promise<"copied" | "alreadyThere"> {
    const { document, earlier, key } = arrival;
    if (document === undefined) {
      throw new NotCopied({ reason: "it was removed at the source meanwhile", advice: "Nothing has to be done." });
    }
    const source = readDocument(document, this.#options.defaultBucket);
    const info = await this.#objects.stat(source.place);
    const work = { ...arrival, source, info, states: statesOf(key, document, info) };
    if (earlier !== undefined) return this.#renew(work, earlier);
    source.differences.push(...this.#shared.differencesOf(key, source, info));
    await this.#store(work);
    return "copied";
  }

  /** Takes over what has changed at the source since it was copied; what was removed here stays away. */
  async #renew(work: Work, { id }: Import): Promise<"copied" | "alreadyThere"> {
    const { metadata, object } = work.states;
    const known = await this.#find(STATE, [metadata, object]);
    if (known.has(metadata) && known.has(object)) return "alreadyThere";
    const copy = await this.#findCopy(id);
    if (copy === undefined) return "alreadyThere";
    if (known.has(object)) await this.#update(work, copy);
    else await this.#store(work, copy);
    return "copied";
  }

  async #findCopy(id: number): Promise<StoredModel | undefined> {
    try {
      return await getStoredModel(this.#context, String(id));
    } catch (error) {
      if (isCoreError(error, "notFound")) return undefined;
      throw error;
    }
  }

  /** Sets what the document says now; what was set here beside that stays. */
  async #update(work: Work, copy: StoredModel): Promise<void> {
    const { source, states, turn } = work;
    const { id, creationTime } = copy.version;
    await turn.come();
    await this.#context.store.transact(async (writer) => {
      const now = Number(source.lastUpdateTime ?? this.#context.clock.now());
      await updateStoredModel(withinTransaction(this.#context, writer, now), String(id), toChanges(source.model));
      await this.#remember(writer, STATE, states.metadata, { id, creationTime });
    });
    source.differences.push(
      "it has changed at the source since it was copied, and the copy with it",
      ...renamings(source.model, copy),
    );
    this.#describe(work);
  }

  /** Makes a version of the object; `replaced` is the one that was made of what the object was before. */
  async #store(work: Work, replaced?: StoredModel): Promise<void> {
    const { source, info, turn } = work;
    const copy = await this.#copyObject(work);
    try {
      await turn.come();
      const { model, modelUpdateTime } = await this.#context.store.read((reader) => chooseNames(reader, source));
      const creationTime = model.creationTime ?? info.lastModified ?? this.#context.clock.now();
      const context = { ...this.#context, clock: { now: () => Number(creationTime) } };
      const content = { fileName: source.fileName, staged: copy.staged };
      const stored = await storeModel(context, { ...model, creationTime }, content, {
        uriOf: (id) => fileUri(this.#options.publicUrl, id, source.fileName),
        alongside: (writer, id) => this.#finish(writer, work, { id, creationTime, modelUpdateTime, replaced }),
      });
      await copy.settle();
      if (replaced) source.differences.push(replacement(stored, replaced));
      this.#describe(work);
    } finally {
      await copy.staged.discard();
    }
  }

  #copyObject({ source: { place }, info }: Work): Promise<ObjectCopy> {
    const { report, dryRun, onProgress } = this.#options;
    if (dryRun) {
      report.bytes += info.size;
      return Promise.resolve(promiseObject(info));
    }
    let untold = 0;
    return copyObject(this.#context.blobs, this.#objects, place, info, (count) => {
      report.bytes += count;
      untold += count;
      if (untold < PROGRESS_BYTES) return;
      untold = 0;
      onProgress("model");
    });
  }

  /** In the transaction that makes the version: its times, what it replaces, and that it was copied. */
  async #finish(writer: Writer, { key, source, states }: Work, made: Made): Promise<void> {
    const { id, creationTime, modelUpdateTime, replaced } = made;
    const { records, registeredModels, modelVersions } = writer;
    const { lastUpdateTime } = source;
    if (lastUpdateTime !== undefined) await records.updateRecord("modelVersion", id, { lastUpdateTime });
    const version = await records.getRecord("modelVersion", id);
    if (version && modelUpdateTime !== undefined && modelUpdateTime > creationTime) {
      await registeredModels.updateRegisteredModel(version.modelId, { lastUpdateTime: modelUpdateTime });
    }
    if (replaced) {
      for (const tag of [IMPORTED_ID, IMPORTED_PATH])
        await modelVersions.deleteModelVersionTag(replaced.version.id, tag);
    }
    await this.#remember(writer, COPY, key, { id, creationTime });
    for (const state of Object.values(states)) await this.#remember(writer, STATE, state, { id, creationTime });
  }

  #remember(writer: Writer, kind: string, sourceId: string, copy: Import): Promise<void> {
    return writer.imports.setImport({ source: this.#options.sourceName, kind, sourceId }, copy);
  }

  #find(kind: string, sourceIds: readonly string[]): Promise<ReadonlyMap<string, Import>> {
    const source = this.#options.sourceName;
    return this.#context.store.read(({ imports }) => imports.getImports({ source, kind, sourceIds }));
  }

  #describe(work: Work): void {
    const { incomplete, differences } = this.#options.report;
    const subject = subjectOf(work);
    for (const { part, reason, advice } of work.source.losses) {
      incomplete.push({ ...subject, reason: `${part}: ${reason}`, advice });
    }
    for (const difference of work.source.differences) differences.push({ ...subject, difference });
  }
}

interface Work extends Arrival {
  source: SourceModel;
  info: ObjectInfo;
  states: States;
}

/** Names of the states of a document and of its object: other ones once they have changed. */
interface States {
  metadata: string;
  object: string;
}

interface Made {
  id: number;
  creationTime: Timestamp;
  /** When the registered model had changed before. */
  modelUpdateTime: Timestamp | undefined;
  replaced: StoredModel | undefined;
}

function statesOf(key: string, document: DocumentEntry, { etag, size }: ObjectInfo): States {
  const digest = createHash("sha256")
    .update(toJson(toPlainObject(document)))
    .digest("hex");
  return { metadata: `${key} metadata ${digest}`, object: `${key} object ${size} ${etag}` };
}

function toChanges({
  description,
  framework,
  metrics,
  parameters,
  tags,
  properties = [],
}: NewStoredModel): StoredModelChanges {
  const others = properties.filter(({ key }) => !key.startsWith(OWN_PROPERTY_PREFIX));
  return {
    metrics,
    parameters,
    tags: { ...tags, ...Object.fromEntries(others.map(({ key, value }) => [key, value])) },
    ...(description !== undefined && { description }),
    ...(framework !== undefined && { framework }),
  };
}

function renamings({ modelName, versionName }: NewStoredModel, copy: StoredModel): string[] {
  const renamed = [];
  if (modelName !== copy.version.modelName) renamed.push(`its name is ${JSON.stringify(modelName)} there now`);
  const isSame = versionName === undefined || `${copy.versionName}.`.startsWith(`${versionName}.`);
  if (!isSame) renamed.push(`its version is ${JSON.stringify(versionName)} there now`);
  return renamed.map((change) => `${change}; here it stays what it was`);
}

function replacement({ versionName: made }: StoredModel, { versionName: replaced }: StoredModel): string {
  return `its object was replaced at the source since it was copied: version ${JSON.stringify(made)} has the new bytes, ${JSON.stringify(replaced)} keeps the earlier ones`;
}

/** Throws `SourceError` where bytes can't be kept: the next document would fare no better. */
function stopWhereNothingCanBeKept(error: unknown): void {
  if (isCoreError(error, "noSpace") || isCoreError(error, "unavailable")) throw new SourceError(error.data.reason);
}

function subjectOf({ key, document }: Arrival): { kind: ImportKind; id: string; name: string } {
  const name = document?.name;
  return { kind: "model", id: idText(document?._id) ?? key, name: typeof name === "string" ? name : "" };
}
