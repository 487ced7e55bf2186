import { isCoreError } from "../core/errors.ts";
import { ConfigError } from "../server/config/settings.ts";
import { DataDirectoryError } from "../server/data-directory.ts";
import { BlobStoreError } from "../stores/blobs/s3/blob-store-error.ts";
import { NewerSchemaError, OlderSchemaError } from "../stores/sql/migrator.ts";

/** What stops every command and a person can do something about, in a sentence. */
export function explainStart(error: unknown): string | undefined {
  if (isCoreError(error, "noSpace") || isCoreError(error, "unavailable")) return error.data.reason;
  const isExplained =
    error instanceof ConfigError ||
    error instanceof DataDirectoryError ||
    error instanceof BlobStoreError ||
    error instanceof NewerSchemaError ||
    error instanceof OlderSchemaError;
  return isExplained ? error.message : undefined;
}
