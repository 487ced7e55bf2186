import { CoreError } from "../errors.ts";
import type * as ports from "../ports/assets.ts";

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
