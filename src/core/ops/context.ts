import type { FactsTools } from "../formats/source.ts";
import type { BlobStore } from "../ports/blob-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DirectTransfers, OwnTransfers } from "../ports/direct-transfers.ts";
import type { MetadataStore } from "../ports/metadata-store.ts";

/** What the operations work with. */
export interface OperationContext {
  readonly store: MetadataStore;
  readonly blobs: BlobStore;
  /** How clients reach the bytes of `blobs` by signed requests; absent where they can't. */
  readonly directTransfers?: DirectTransfers;
  /** The same as `directTransfers`, where those requests come back to this server. */
  readonly ownTransfers?: OwnTransfers;
  readonly clock: Clock;
  /** For reading what model files say about themselves. */
  readonly factsTools?: FactsTools;
  /** URI under which experiments without a location of their own keep artifacts, without a closing slash: `mlflow-artifacts:`. */
  readonly artifactRoot: string;
  /** The storage groups that models may be put in; any where it is absent. */
  readonly storageGroups?: readonly string[];
  /** Where clients reach this server, `https://host/prefix` without a closing slash, where the administrator has said so. */
  readonly publicUrl?: string;
}
