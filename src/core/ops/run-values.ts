import { CoreError } from "../errors.ts";
import type { Asset } from "../model/assets.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { AssetChanges, NewAssetValues } from "./asset-values.ts";

/** Changes a metric or param of a run. */
export async function updateRunValue(
  _writer: Writer,
  _asset: Asset,
  _changes: AssetChanges,
  _now: number,
): Promise<void> {
  throw new CoreError("unsupported", { reason: "Metrics and params of runs can't be changed here yet" });
}

/** Sets a metric or param of a run: the one of that name, or a new one. Returns its number. */
export async function setRunValue(
  _writer: Writer,
  _run: { id: number; runId: string; experimentId: number },
  _values: NewAssetValues,
  _now: number,
): Promise<number> {
  throw new CoreError("unsupported", { reason: "Metrics and params of runs can't be set here yet" });
}
