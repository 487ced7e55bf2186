import { CoreError } from "../errors.ts";
import { equals } from "../filter/conditions.ts";
import type { Asset } from "../model/assets.ts";
import type * as ports from "../ports/assets.ts";
import type { NewAssetValues } from "./asset-values.ts";

/** Throws `alreadyExists` where another asset has the external id; "" and none are free for all. */
export async function requireFreeAssetExternalId(
  assets: ports.AssetReader,
  externalId: string | undefined,
  except?: number,
): Promise<void> {
  if (!externalId) return;
  const [holder] = await assets.findAssets({ externalId });
  if (holder === undefined || holder.id === except) return;
  throw new CoreError("alreadyExists", { entity: "asset", name: externalId, by: "externalId" });
}

/** The dataset that a run has read, which its name and its digest tell. */
export async function findDatasetInput(
  assets: ports.AssetReader,
  runId: number,
  { name, digest }: { name: string; digest: string },
): Promise<Asset | undefined> {
  const operands = [equals("name", name), equals("digest", digest), equals("origin", "dataset input")];
  const filter = { kind: "and", operands } as const;
  const query = { parent: { runId }, kinds: ["dataset"], filter, order: [], limit: 1 } as const;
  return (await assets.listAssets(query)).items[0];
}

/** Throws `invalidValue` for a metric without a value. */
export function requireValue({ kind, value }: Pick<NewAssetValues, "kind" | "value">): void {
  if (kind !== "metric" || value !== undefined) return;
  throw new CoreError("invalidValue", { field: "value", reason: "a metric needs a value: send a number" });
}
