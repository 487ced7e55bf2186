import { createInferenceService } from "../../core/ops/inference-services.ts";
import { createServeModel } from "../../core/ops/serve-models.ts";
import { createServingEnvironment } from "../../core/ops/serving-environments.ts";
import { toNewService } from "../../protocols/kubeflow/inference-services.ts";
import { inferenceServiceSchema } from "../../protocols/kubeflow/schema/inference-service.ts";
import { serveModelSchema } from "../../protocols/kubeflow/schema/serve-model.ts";
import { servingEnvironmentSchema } from "../../protocols/kubeflow/schema/serving-environment.ts";
import { toNewServe } from "../../protocols/kubeflow/serve-models.ts";
import { toNewEnvironment } from "../../protocols/kubeflow/serving-environments.ts";
import { type Copying, copyRecord } from "./copying.ts";
import { readItem } from "./items.ts";
import type { SourceItem } from "./source.ts";

export function copyServingEnvironments(copying: Copying, items: readonly SourceItem[]): Promise<void> {
  return copying.copyAll("serving environment", items, async (transfer) => {
    const { values, losses } = readItem(servingEnvironmentSchema, transfer.item);
    const environment = toNewEnvironment(values);
    const create = (id: number) => createServingEnvironment(transfer.context, { ...environment, id });
    return { ...(await copyRecord("servingEnvironment", transfer, create)), losses };
  });
}

/** A service may say that it serves a model or a version that does not exist: it goes on saying so. */
export async function copyInferenceServices(copying: Copying, items: readonly SourceItem[]): Promise<void> {
  const idsOf = (field: string) => items.map(({ [field]: id }) => ({ id: String(id) }));
  const environments = await copying.findCopies("serving environment", idsOf("servingEnvironmentId"));
  const models = await copying.findCopies("registered model", idsOf("registeredModelId"));
  const versions = await copying.findCopies("model version", idsOf("modelVersionId"));
  await copying.copyAll("inference service", items, async (transfer) => {
    const { values, losses } = readItem(inferenceServiceSchema, transfer.item);
    const environment = environments.get(String(values.servingEnvironmentId));
    if (environment === undefined)
      throw copying.withoutParent("serving environment", String(values.servingEnvironmentId));
    const { modelId, modelVersionId, ...service } = toNewService(values);
    const model = models.get(String(modelId));
    const version = versions.get(String(modelVersionId));
    const create = (id: number) =>
      createInferenceService(transfer.context, {
        ...service,
        id,
        servingEnvironmentId: environment.id,
        modelId: model?.id ?? modelId,
        ...(modelVersionId !== undefined && { modelVersionId: version?.id ?? modelVersionId }),
      });
    const { id, differences } = await copyRecord("inferenceService", transfer, create);
    if (model === undefined) differences.push(`it names the registered model ${modelId}, which was not copied`);
    if (modelVersionId !== undefined && version === undefined) {
      differences.push(`it names the model version ${modelVersionId}, which was not copied`);
    }
    return { id, differences, losses };
  });
}

/** What a service has served, with the id of the service at the source. */
export type ServeItem = SourceItem & { readonly inferenceServiceId: string };

export async function copyServeModels(copying: Copying, items: readonly ServeItem[]): Promise<void> {
  const services = await copying.findCopies(
    "inference service",
    items.map(({ inferenceServiceId }) => ({ id: inferenceServiceId })),
  );
  const versions = await copying.findCopies(
    "model version",
    items.map(({ modelVersionId }) => ({ id: String(modelVersionId) })),
  );
  await copying.copyAll("serve model", items, async (transfer) => {
    const { inferenceServiceId: serviceId, ...item } = transfer.item as ServeItem;
    const { values, losses } = readItem(serveModelSchema, item as SourceItem);
    const service = services.get(serviceId);
    const version = versions.get(String(values.modelVersionId));
    if (service === undefined) throw copying.withoutParent("inference service", serviceId);
    if (version === undefined) throw copying.withoutParent("model version", String(values.modelVersionId));
    const serve = { ...toNewServe(service.id, values), modelVersionId: version.id };
    const create = (id: number) => createServeModel(transfer.context, { ...serve, id });
    return { ...(await copyRecord("serveModel", transfer, create)), losses };
  });
}
