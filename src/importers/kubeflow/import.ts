import { inParallel } from "../../core/in-parallel.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { REQUESTS } from "../batches.ts";
import type { ImportReport } from "../report.ts";
import { ArtifactCopying } from "./artifacts.ts";
import { Copying } from "./copying.ts";
import { copyExperiments } from "./experiments.ts";
import type { ImportKind } from "./kinds.ts";
import { copyModelVersions } from "./model-versions.ts";
import { type AliasItem, aliasesOf, copyAliases, copyRegisteredModels } from "./registered-models.ts";
import { copyRuns } from "./runs.ts";
import { copyInferenceServices, copyServeModels, copyServingEnvironments } from "./serving.ts";
import type { KubeflowSource, SourceItem } from "./source.ts";

export interface ImportOptions {
  /** Under which the registry remembers what it has from this source; by it another run knows what is here already. */
  sourceName: string;
  report: ImportReport<ImportKind>;
  /** Called when more of a kind was handled. */
  onProgress(kind: ImportKind): void;
}

/**
 * Copies everything that a server of the Kubeflow Model Registry API has into this registry, with ids, times and states, and changes
 * nothing that is here. What was copied before is left as it is, so an import that was cut off goes on where it stopped. Throws
 * `SourceError`; the report says what was done until then.
 */
export async function importFromKubeflow(
  context: OperationContext,
  source: KubeflowSource,
  options: ImportOptions,
): Promise<void> {
  const copying = new Copying(context, options);
  const lists = new Lists(copying, source);
  const hasRuns = source.version === "v1alpha3";
  await lists.copy("serving environment", "/serving_environments", copyServingEnvironments);
  if (hasRuns) {
    await lists.copy("experiment", "/experiments", copyExperiments);
    await lists.copy("experiment run", "/experiment_runs", copyRuns);
  }
  await copyModels(lists);
  await copyArtifacts(lists, new ArtifactCopying(copying, source), hasRuns);
  await copyServing(lists);
}

/** The lists of a source that show all there is of a kind. */
class Lists {
  readonly copying: Copying;
  readonly source: KubeflowSource;

  constructor(copying: Copying, source: KubeflowSource) {
    this.copying = copying;
    this.source = source;
  }

  async copy(
    kind: ImportKind,
    path: string,
    copyPage: (copying: Copying, items: readonly SourceItem[]) => Promise<void>,
  ): Promise<void> {
    this.copying.spareNumbersAbove(kind, await this.source.highestId(path));
    for await (const items of this.source.pages(path)) await copyPage(this.copying, items);
  }
}

async function copyModels(lists: Lists): Promise<void> {
  const aliases: AliasItem[] = [];
  await lists.copy("registered model", "/registered_models", async (copying, items) => {
    await copyRegisteredModels(copying, items);
    aliases.push(...items.flatMap(aliasesOf));
  });
  await lists.copy("model version", "/model_versions", copyModelVersions);
  await copyAliases(lists.copying, aliases);
}

/** Those of versions come first: what a run has made and a version got later is the source of that version. */
async function copyArtifacts({ copying, source }: Lists, artifacts: ArtifactCopying, hasRuns: boolean): Promise<void> {
  copying.spareNumbersAbove("artifact", await source.highestId("/artifacts"));
  for await (const versions of source.pages("/model_versions")) {
    await artifacts.copyArtifactsOf("model version", versions);
  }
  if (hasRuns) {
    for await (const runs of source.pages("/experiment_runs")) await artifacts.copyArtifactsOf("experiment run", runs);
  }
  for await (const items of source.pages("/artifacts")) await artifacts.copyStandalone(items);
}

/** What services have served has no list of its own. */
async function copyServing(lists: Lists): Promise<void> {
  const { copying, source } = lists;
  const serviceIds: string[] = [];
  await lists.copy("inference service", "/inference_services", async (_copying, items) => {
    await copyInferenceServices(copying, items);
    serviceIds.push(...items.map(({ id }) => id));
  });
  const serves = await inParallel(REQUESTS, serviceIds, async (serviceId) => {
    const items = (await Array.fromAsync(source.pages(`/inference_services/${serviceId}/serves`))).flat();
    return items.map((item) => ({ ...item, inferenceServiceId: serviceId }));
  });
  copying.spareNumbersAbove("serve model", Math.max(0, ...serves.flat().map(({ id }) => Number(id))));
  await copyServeModels(copying, serves.flat());
}
