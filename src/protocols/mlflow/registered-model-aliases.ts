import * as modelVersions from "../../core/ops/model-versions.ts";
import * as registeredModels from "../../core/ops/registered-models.ts";
import { operation } from "./operation.ts";
import { parseVersionNumber, validateAlias, validateModelName, validateNewAlias } from "./validation/registry.ts";
import { toWireModelVersionWithAliases } from "./wire/registry.ts";
import { message, string } from "./wire/types.ts";

const aliasReference = message({ name: string(), alias: string() });

export const registeredModelAliasRoutes = [
  operation({
    name: "setRegisteredModelAlias",
    methods: ["POST"],
    path: "/mlflow/registered-models/alias",
    request: message({ name: string(), alias: string(), version: string() }),
    permission: "registered-model:write",
    async handle(context, { name, alias, version }) {
      validateModelName(name);
      validateNewAlias(alias);
      await registeredModels.setRegisteredModelAlias(context, {
        name,
        alias,
        version: parseVersionNumber(name, version),
      });
      return {};
    },
  }),
  operation({
    name: "deleteRegisteredModelAlias",
    methods: ["DELETE"],
    path: "/mlflow/registered-models/alias",
    request: aliasReference,
    permission: "registered-model:write",
    async handle(context, { name, alias }) {
      validateModelName(name);
      validateAlias(alias);
      await registeredModels.deleteRegisteredModelAlias(context, name, alias);
      return {};
    },
  }),
  operation({
    name: "getModelVersionByAlias",
    methods: ["GET"],
    path: "/mlflow/registered-models/alias",
    request: aliasReference,
    permission: "model-version:read",
    async handle(context, { name, alias }) {
      validateModelName(name);
      validateAlias(alias);
      const version = await modelVersions.getModelVersionByAlias(context, name, alias);
      return { model_version: toWireModelVersionWithAliases(version) };
    },
  }),
].flat();
