// What the package gives as `modelregistry/client/node`: the same, with files of this machine.

export {
  AlreadyExistsError,
  ConnectionError,
  DamagedError,
  DigestMismatchError,
  type ErrorCode,
  ForbiddenError,
  InvalidValueError,
  ModelRegistryError,
  NoSpaceError,
  NotFoundError,
  RangeNotSatisfiableError,
  TimeoutError,
  TooLargeError,
  UnauthorizedError,
  UnavailableError,
  WrongStateError,
} from "./errors.ts";
export type { ArchiveFormat, ListOptions, Models } from "./models.ts";
export { ModelRegistryClient } from "./node/client.ts";
export { type FileModels, openFile } from "./node/file-models.ts";
export type { Experiment, Experiments } from "./registry/experiments.ts";
export type { SearchOptions } from "./registry/mlflow.ts";
export type { NewRegisteredModel, RegisteredModel, RegisteredModels } from "./registry/registered-models.ts";
export type { Run, Runs } from "./registry/runs.ts";
export type { ListedVersion, ModelVersion, Stage, Versions } from "./registry/versions.ts";
export type {
  JsonValue,
  ModelChanges,
  ModelFacts,
  ModelFile,
  ModelFilter,
  NewModel,
  ParameterValue,
  StoredModel,
} from "./stored-models.ts";
export type { ByteRange, Download, DownloadOptions } from "./transfer/download.ts";
export type { Progress } from "./transfer/progress.ts";
export type { UploadSource } from "./transfer/source.ts";
export type { ResumableUpload, UploadOptions } from "./transfer/upload.ts";
export type { ClientOptions, RequestOptions } from "./transport.ts";
