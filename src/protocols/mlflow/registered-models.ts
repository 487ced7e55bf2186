import { parseStage } from "../../core/model/model-versions.ts";
import * as registeredModels from "../../core/ops/registered-models.ts";
import { operation } from "./operation.ts";
import { validateUserId } from "./validation/names.ts";
import {
  validateModelName,
  validateNewModelName,
  validateRegistryTag,
  validateRegistryTagKey,
} from "./validation/registry.ts";
import { tag, toCoreTag, toWireModelVersionWithAliases, toWireRegisteredModel } from "./wire/registry.ts";
import { list, message, optional, string } from "./wire/types.ts";

const modelReference = message({ name: string() });

export const registeredModelRoutes = [
  operation({
    name: "createRegisteredModel",
    methods: ["POST"],
    path: "/mlflow/registered-models/create",
    request: message({
      name: string(),
      tags: optional(list(tag)),
      description: optional(string()),
      user_id: optional(string()),
    }),
    permission: "registered-model:write",
    async handle(context, { name, tags = [], description = "", user_id: owner }) {
      validateNewModelName(name);
      validateUserId(owner);
      const coreTags = tags.map(toCoreTag);
      coreTags.forEach(validateRegistryTag);
      const model = await registeredModels.createRegisteredModel(context, {
        name,
        description,
        ...(owner && { owner }),
        tags: coreTags,
      });
      return { registered_model: toWireRegisteredModel({ model, latestVersions: [] }) };
    },
  }),
  operation({
    name: "getRegisteredModel",
    methods: ["GET"],
    path: "/mlflow/registered-models/get",
    request: modelReference,
    permission: "registered-model:read",
    async handle(context, { name }) {
      validateModelName(name);
      return { registered_model: toWireRegisteredModel(await registeredModels.getRegisteredModel(context, name)) };
    },
  }),
  operation({
    name: "updateRegisteredModel",
    methods: ["PATCH"],
    path: "/mlflow/registered-models/update",
    request: message({ name: string(), description: optional(string()) }),
    permission: "registered-model:write",
    async handle(context, { name, description = "" }) {
      validateModelName(name);
      const model = await registeredModels.updateRegisteredModel(context, { name, description });
      return { registered_model: toWireRegisteredModel(model) };
    },
  }),
  operation({
    name: "renameRegisteredModel",
    methods: ["POST"],
    path: "/mlflow/registered-models/rename",
    request: message({ name: string(), new_name: string() }),
    permission: "registered-model:write",
    async handle(context, { name, new_name: newName }) {
      validateNewModelName(newName, "new_name");
      validateModelName(name);
      const model = await registeredModels.renameRegisteredModel(context, { name, newName });
      return { registered_model: toWireRegisteredModel(model) };
    },
  }),
  operation({
    name: "deleteRegisteredModel",
    methods: ["DELETE"],
    path: "/mlflow/registered-models/delete",
    request: modelReference,
    permission: "registered-model:delete",
    async handle(context, { name }) {
      validateModelName(name);
      await registeredModels.deleteRegisteredModel(context, name);
      return {};
    },
  }),
  operation({
    name: "getLatestVersions",
    methods: ["GET", "POST"],
    path: "/mlflow/registered-models/get-latest-versions",
    request: message({ name: string(), stages: optional(list(string())) }),
    permission: "model-version:read",
    async handle(context, { name, stages = [] }) {
      validateModelName(name);
      const latest = await registeredModels.getLatestVersions(context, name);
      const wanted = new Set(stages.map(parseStage));
      const shown = wanted.size === 0 ? latest : latest.filter((version) => wanted.has(version.stage));
      return { ...(shown.length > 0 && { model_versions: shown.map(toWireModelVersionWithAliases) }) };
    },
  }),
  operation({
    name: "setRegisteredModelTag",
    methods: ["POST"],
    path: "/mlflow/registered-models/set-tag",
    request: message({ name: string(), key: string(), value: optional(string()) }),
    permission: "registered-model:write",
    async handle(context, { name, ...tagRequest }) {
      validateModelName(name);
      const coreTag = toCoreTag(tagRequest);
      validateRegistryTag(coreTag);
      await registeredModels.setRegisteredModelTag(context, name, coreTag);
      return {};
    },
  }),
  operation({
    name: "deleteRegisteredModelTag",
    methods: ["DELETE"],
    path: "/mlflow/registered-models/delete-tag",
    request: message({ name: string(), key: string() }),
    permission: "registered-model:write",
    async handle(context, { name, key }) {
      validateModelName(name);
      validateRegistryTagKey(key);
      await registeredModels.deleteRegisteredModelTag(context, name, key);
      return {};
    },
  }),
].flat();
