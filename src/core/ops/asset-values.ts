import type { AssetKind } from "../model/assets.ts";
import type * as ports from "../ports/assets.ts";

/** What clients may change of an asset: what is absent stays; `properties` replace all that there are. */
export type AssetChanges = Omit<ports.AssetChanges, "name" | "creationTime" | "lastUpdateTime" | "storageLocation">;

/** What clients say of a new asset. A random UUID is its name where it has none. */
export type NewAssetValues = AssetChanges & { kind: AssetKind; name?: string };

/** An asset by number, of one kind where that is given. */
export interface AssetTarget {
  id: number;
  kind?: AssetKind;
}
