import type { Migration } from "./migration.ts";

/** Finds the versions whose files are the registry's own: who shares them, and which are in a storage group. */
export const storedModels: Migration = {
  name: "0005-stored-models",
  statements: () => [
    `CREATE INDEX model_versions_own_files ON model_versions (storage_location, id)
     WHERE storage_location >= 'mlflow-artifacts:/registered-models/' AND storage_location < 'mlflow-artifacts:/registered-models0'`,
  ],
};
