import type { Inflate } from "../formats/source.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DirectTransfers } from "../ports/direct-transfers.ts";
import type { MetadataStore } from "../ports/metadata-store.ts";

/** What the operations work with. */
export interface OperationContext {
  readonly store: MetadataStore;
  readonly blobs: BlobStore;
  /** Only where clients can reach the bytes of `blobs` without this server. */
  readonly directTransfers?: DirectTransfers;
  readonly clock: Clock;
  /** Unpacks what model files have compressed, so that their facts are read; without it they stay unscanned. */
  readonly inflate?: Inflate;
  /** URI under which experiments without a location of their own keep artifacts, without a closing slash: `mlflow-artifacts:`. */
  readonly artifactRoot: string;
  /** The storage groups that models may be put in; any where it is absent. */
  readonly storageGroups?: readonly string[];
  /** Where clients reach this server, `https://host/prefix` without a closing slash, where the administrator has said so. */
  readonly publicUrl?: string;
}
