import type { Protocol } from "../route.ts";
import { PREFIX } from "./answers.ts";
import { contentRoutes } from "./content.ts";
import { refuse } from "./errors.ts";
import { modelRoutes } from "./models.ts";
import { signedRoutes } from "./signed/routes.ts";
import { uploadRoutes } from "./uploads/routes.ts";
import { modelUploadRoutes } from "./uploads-of-models.ts";

/** Models with their bytes: this registry's own API. */
export const binaryProtocol: Protocol = {
  name: "binary",
  routes: [...modelRoutes, ...modelUploadRoutes, ...contentRoutes, ...uploadRoutes, ...signedRoutes],
  prefixes: [`${PREFIX}/`],
  refuse,
};
