import { parseStage } from "../../core/model/model-versions.ts";
import { getModelVersionDownloadUri } from "../../core/ops/artifact-locations.ts";
import * as modelVersions from "../../core/ops/model-versions.ts";
import { operation } from "./operation.ts";
import { validateUserId } from "./validation/names.ts";
import {
  parseVersionNumber,
  validateModelName,
  validateModelVersionTag,
  validateRegistryTagKey,
  validateRunReference,
} from "./validation/registry.ts";
import { tag, toCoreTag, toWireModelVersionWithAliases } from "./wire/registry.ts";
import { boolean, list, message, optional, string } from "./wire/types.ts";

const versionReference = message({ name: string(), version: string() });

export const modelVersionRoutes = [
  operation({
    name: "createModelVersion",
    methods: ["POST"],
    path: "/mlflow/model-versions/create",
    request: message({
      name: string(),
      source: string(),
      run_id: optional(string()),
      tags: optional(list(tag)),
      run_link: optional(string()),
      description: optional(string()),
      model_id: optional(string()),
      user_id: optional(string()),
    }),
    permission: "model-version:write",
    async handle(context, request) {
      validateModelName(request.name);
      validateRunReference(request.run_id);
      validateUserId(request.user_id);
      const tags = (request.tags ?? []).map(toCoreTag);
      tags.forEach(validateModelVersionTag);
      const version = await modelVersions.createModelVersion(context, {
        modelName: request.name,
        source: request.source,
        ...(request.run_id !== undefined && { runId: request.run_id }),
        ...(request.model_id && { loggedModelId: request.model_id }),
        ...(request.user_id && { userId: request.user_id }),
        runLink: request.run_link ?? "",
        description: request.description ?? "",
        tags,
      });
      return { model_version: toWireModelVersionWithAliases(version) };
    },
  }),
  operation({
    name: "getModelVersion",
    methods: ["GET"],
    path: "/mlflow/model-versions/get",
    request: versionReference,
    permission: "model-version:read",
    async handle(context, { name, version }) {
      const found = await modelVersions.getModelVersion(context, name, parseVersionNumber(name, version));
      return { model_version: toWireModelVersionWithAliases(found) };
    },
  }),
  operation({
    name: "updateModelVersion",
    methods: ["PATCH"],
    path: "/mlflow/model-versions/update",
    request: message({ name: string(), version: string(), description: optional(string()) }),
    permission: "model-version:write",
    async handle(context, { name, version, description }) {
      const number = parseVersionNumber(name, version);
      const updated = await modelVersions.updateModelVersion(context, { name, number, description });
      return { model_version: toWireModelVersionWithAliases(updated) };
    },
  }),
  operation({
    name: "transitionModelVersionStage",
    methods: ["POST"],
    path: "/mlflow/model-versions/transition-stage",
    request: message({
      name: string(),
      version: string(),
      stage: string(),
      archive_existing_versions: optional(boolean()),
    }),
    permission: "model-version:write",
    async handle(context, { name, version, stage, archive_existing_versions: archiveExisting = false }) {
      const moved = await modelVersions.transitionModelVersionStage(context, {
        name,
        number: parseVersionNumber(name, version),
        stage: parseStage(stage),
        archiveExisting,
      });
      return { model_version: toWireModelVersionWithAliases(moved) };
    },
  }),
  operation({
    name: "deleteModelVersion",
    methods: ["DELETE"],
    path: "/mlflow/model-versions/delete",
    request: versionReference,
    permission: "model-version:delete",
    async handle(context, { name, version }) {
      await modelVersions.deleteModelVersion(context, name, parseVersionNumber(name, version));
      return {};
    },
  }),
  operation({
    name: "getModelVersionDownloadUri",
    methods: ["GET"],
    path: "/mlflow/model-versions/get-download-uri",
    // Upstream leaves these to the store, which answers in its own words.
    request: message({ name: optional(string()), version: optional(string()) }),
    permission: "model-version:read",
    async handle(context, { name = "", version = "" }) {
      const number = parseVersionNumber(name, version);
      return { artifact_uri: await getModelVersionDownloadUri(context, name, number) };
    },
  }),
  operation({
    name: "setModelVersionTag",
    methods: ["POST"],
    path: "/mlflow/model-versions/set-tag",
    request: message({ name: string(), version: string(), key: string(), value: optional(string()) }),
    permission: "model-version:write",
    async handle(context, { name, version, ...tagRequest }) {
      const number = parseVersionNumber(name, version);
      const coreTag = toCoreTag(tagRequest);
      validateModelVersionTag(coreTag);
      await modelVersions.setModelVersionTag(context, { name, number, ...coreTag });
      return {};
    },
  }),
  operation({
    name: "deleteModelVersionTag",
    methods: ["DELETE"],
    path: "/mlflow/model-versions/delete-tag",
    request: message({ name: string(), version: string(), key: string() }),
    permission: "model-version:write",
    async handle(context, { name, version, key }) {
      const number = parseVersionNumber(name, version);
      validateRegistryTagKey(key);
      await modelVersions.deleteModelVersionTag(context, { name, number, key });
      return {};
    },
  }),
].flat();
