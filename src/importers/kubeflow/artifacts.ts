import { inParallel } from "../../core/in-parallel.ts";
import type { AssetParent } from "../../core/ports/assets.ts";
import { chunksOf, REQUESTS } from "../batches.ts";
import { copyArtifact } from "./artifact.ts";
import type { Copying } from "./copying.ts";
import { copyMetricHistory } from "./metric-histories.ts";
import type { KubeflowSource, SourceItem } from "./source.ts";

type ParentKind = "model version" | "experiment run";

/** Where a kind of parent has the lists of its artifacts. */
const PATHS: Readonly<Record<ParentKind, string>> = {
  "model version": "/model_versions",
  "experiment run": "/experiment_runs",
};

/** Parents whose artifacts are read before they are written. */
const PARENTS = 100;

interface Parent {
  kind: ParentKind;
  /** At the source. */
  id: string;
  /** Here; undefined where it was not copied. */
  copy: AssetParent | undefined;
}

interface Entry {
  item: SourceItem;
  parent: Parent;
}

/**
 * Copies the artifacts of one source. An artifact tells nothing of the version that it is of, so the lists of all parents are read; what is
 * in none of them stands alone.
 */
export class ArtifactCopying {
  readonly #copying: Copying;
  readonly #source: KubeflowSource;
  readonly #seen = new Set<string>();
  /** Artifacts of parents that were not copied, with one of those. */
  readonly #orphans = new Map<string, Parent>();

  constructor(copying: Copying, source: KubeflowSource) {
    this.#copying = copying;
    this.#source = source;
  }

  /** The artifacts of versions or runs, with the histories of the runs' metrics. */
  async copyArtifactsOf(kind: ParentKind, parents: readonly SourceItem[]): Promise<void> {
    const copies = await this.#copying.findCopies(kind, parents);
    for (const chunk of chunksOf(parents, PARENTS)) {
      const lists = await inParallel(REQUESTS, chunk, (parent) => this.#readArtifacts(kind, parent));
      const entries = chunk.flatMap(({ id }, index): Entry[] => {
        const number = copies.get(id)?.id;
        const copy = number === undefined ? undefined : toParent(kind, number);
        return (lists[index] ?? []).map((item) => ({ item, parent: { kind, id, copy } }));
      });
      if (kind === "experiment run") await this.#copyHistories(entries);
      await this.#copyEntries(entries);
    }
  }

  /** Those of a list of all artifacts that no parent has. */
  async copyStandalone(items: readonly SourceItem[]): Promise<void> {
    const rest = items.filter(({ id }) => !this.#seen.has(id));
    await this.#copying.copyAll("artifact", rest, (transfer) => {
      const orphanOf = this.#orphans.get(transfer.item.id);
      if (orphanOf !== undefined) throw this.#copying.withoutParent(orphanOf.kind, orphanOf.id);
      return copyArtifact(this.#source.version, transfer);
    });
  }

  async #readArtifacts(kind: ParentKind, { id }: SourceItem): Promise<SourceItem[]> {
    return (await Array.fromAsync(this.#source.pages(`${PATHS[kind]}/${id}/artifacts`))).flat();
  }

  async #copyHistories(entries: readonly Entry[]): Promise<void> {
    const metrics = entries.filter(({ item, parent }) => parent.copy !== undefined && item.artifactType === "metric");
    const runs = [...Map.groupBy(metrics, ({ parent }) => parent.id).values()];
    await inParallel(REQUESTS, runs, async (ofRun) => {
      const [first] = ofRun;
      if (first?.parent.copy === undefined || !("runId" in first.parent.copy)) return;
      const run = { sourceId: first.parent.id, id: first.parent.copy.runId, metrics: ofRun.map(({ item }) => item) };
      await copyMetricHistory(this.#copying, this.#source, run);
    });
  }

  /** An artifact is made below the first parent that it is seen with, and attached to the others. */
  async #copyEntries(entries: readonly Entry[]): Promise<void> {
    const first = new Map<SourceItem, AssetParent>();
    const links: LinkItem[] = [];
    for (const { item, parent } of entries) {
      if (parent.copy === undefined) this.#orphans.set(item.id, parent);
      else if (this.#seen.has(item.id)) links.push(toLink(item, parent, parent.copy));
      else first.set(item, parent.copy);
      if (parent.copy !== undefined) this.#seen.add(item.id);
    }
    const { remarks } = this.#copying.report;
    if (entries.some(isRunValue)) remarks.add(NUMBERS_OF_RUN_VALUES);
    if (entries.some(isPlainRunModel)) remarks.add(DEFAULTS_OF_RUN_MODELS);
    await this.#copying.copyAll("artifact", [...first.keys()], (transfer) =>
      copyArtifact(this.#source.version, transfer, first.get(transfer.item)),
    );
    await this.#copyLinks(links);
  }

  async #copyLinks(links: readonly LinkItem[]): Promise<void> {
    const artifacts = await this.#copying.findCopies(
      "artifact",
      links.map(({ artifactId }) => ({ id: artifactId })),
    );
    await this.#copying.copyAll("artifact link", links, async ({ item, writer: { assets } }) => {
      const { artifactId, parent } = item as LinkItem;
      const asset = await assets.getAsset(artifacts.get(artifactId)?.id ?? 0);
      if (asset === undefined) throw this.#copying.withoutParent("artifact", artifactId);
      await assets.linkAsset(asset, parent);
      return { id: asset.id };
    });
  }
}

const NUMBERS_OF_RUN_VALUES =
  "The metrics and parameters of runs have other ids here than at the source; all other ids are the same, but for those listed above.";

function isRunValue({ item: { artifactType }, parent }: Entry): boolean {
  return parent.kind === "experiment run" && (artifactType === "metric" || artifactType === "parameter");
}

const DEFAULTS_OF_RUN_MODELS =
  "Models of runs that have no state or no format at the source have the state UNKNOWN and the format mlflow here.";

function isPlainRunModel({ item: { artifactType, state, modelFormatName }, parent }: Entry): boolean {
  const isModel = parent.kind === "experiment run" && artifactType === "model-artifact";
  return isModel && (state === undefined || modelFormatName === undefined);
}

/** That an artifact is attached to one more parent, as a thing of its own. */
interface LinkItem extends SourceItem {
  readonly artifactId: string;
  readonly parent: AssetParent;
}

function toLink(
  { id, name, createTimeSinceEpoch }: SourceItem,
  { kind, id: parentId }: Parent,
  parent: AssetParent,
): LinkItem {
  return { id: `${id} of ${kind} ${parentId}`, name, createTimeSinceEpoch, artifactId: id, parent };
}

function toParent(kind: ParentKind, id: number): AssetParent {
  return kind === "model version" ? { versionId: id } : { runId: id };
}
