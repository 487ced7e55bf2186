// What the package gives as `modelregistry/client/node`: the same, with files of this machine.
// biome-ignore lint/performance/noReExportAll: two doors of one house, whose names stand in one list
export * from "./index.ts";
export { ModelRegistryClient } from "./node/client.ts";
export { type FileModels, openFile } from "./node/file-models.ts";
