import type { OperationContext } from "../../core/ops/context.ts";
import { ArtifactCopying } from "./artifacts.ts";
import { Copying } from "./copying.ts";
import { copyExperiments } from "./experiments.ts";
import { copyModelVersions } from "./model-versions.ts";
import { type AliasItem, aliasesOf, copyAliases, copyRegisteredModels } from "./registered-models.ts";
import type { ImportKind, ImportReport } from "./report.ts";
import { copyRuns } from "./runs.ts";
import { copyInferenceServices, copyServeModels, copyServingEnvironments } from "./serving.ts";
import type { KubeflowSource } from "./source.ts";

export interface ImportOptions {
  /** Under which the registry remembers what it has from this source; by it another run knows what is here already. */
  sourceName: string;
  report: ImportReport;
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
  const hasRuns = source.version === "v1alpha3";
  for await (const items of source.pages("/serving_environments")) await copyServingEnvironments(copying, items);
  if (hasRuns) await copyTracking(copying, source);
  await copyModels(copying, source);
  await copyArtifacts(copying, source, hasRuns);
  await copyServing(copying, source);
}

async function copyTracking(copying: Copying, source: KubeflowSource): Promise<void> {
  for await (const items of source.pages("/experiments")) await copyExperiments(copying, items);
  for await (const items of source.pages("/experiment_runs")) await copyRuns(copying, items);
}

async function copyModels(copying: Copying, source: KubeflowSource): Promise<void> {
  const aliases: AliasItem[] = [];
  for await (const items of source.pages("/registered_models")) {
    await copyRegisteredModels(copying, items);
    aliases.push(...items.flatMap(aliasesOf));
  }
  for await (const items of source.pages("/model_versions")) await copyModelVersions(copying, items);
  await copyAliases(copying, aliases);
}

/** Those of versions come first: what a run has made and a version got later is the source of that version. */
async function copyArtifacts(copying: Copying, source: KubeflowSource, hasRuns: boolean): Promise<void> {
  const artifacts = new ArtifactCopying(copying, source);
  for await (const versions of source.pages("/model_versions")) {
    await artifacts.copyArtifactsOf("model version", versions);
  }
  if (hasRuns) {
    for await (const runs of source.pages("/experiment_runs")) await artifacts.copyArtifactsOf("experiment run", runs);
  }
  for await (const items of source.pages("/artifacts")) await artifacts.copyStandalone(items);
}

async function copyServing(copying: Copying, source: KubeflowSource): Promise<void> {
  for await (const services of source.pages("/inference_services")) {
    await copyInferenceServices(copying, services);
    for (const { id } of services) {
      for await (const items of source.pages(`/inference_services/${id}/serves`))
        await copyServeModels(copying, id, items);
    }
  }
}
