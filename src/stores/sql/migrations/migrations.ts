import { initial } from "./0001-initial.ts";
import { records } from "./0002-records.ts";
import { imports } from "./0003-imports.ts";
import { uploads } from "./0004-uploads.ts";
import { storedModels } from "./0005-stored-models.ts";
import { fileFacts } from "./0006-file-facts.ts";
import { directUploads } from "./0007-direct-uploads.ts";
import type { Migration } from "./migration.ts";

/** All migrations, oldest first. */
export const migrations: readonly Migration[] = [
  initial,
  records,
  imports,
  uploads,
  storedModels,
  fileFacts,
  directUploads,
];
