import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { MetadataStore } from "../ports/metadata-store.ts";

/** What the operations work with. */
export interface OperationContext {
  readonly store: MetadataStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** URI under which experiments without a location of their own keep artifacts, without a closing slash: `mlflow-artifacts:`. */
  readonly artifactRoot: string;
}
