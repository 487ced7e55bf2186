import { Models } from "./models.ts";
import { Experiments } from "./registry/experiments.ts";
import { RegisteredModels } from "./registry/registered-models.ts";
import { Runs } from "./registry/runs.ts";
import { Versions } from "./registry/versions.ts";
import { type ClientOptions, Transport } from "./transport.ts";

/**
 * A client of one registry, for browsers and for Node 20 and newer.
 *
 * ```ts
 * const registry = new ModelRegistryClient("http://127.0.0.1:5000");
 * const model = await registry.models.upload(file, { name: "wine", tags: { team: "cellar" } });
 * const bytes = await (await registry.models.download(model.metadataId)).bytes();
 * ```
 */
export class ModelRegistryClient {
  /** Model versions with their files. */
  readonly models: Models;
  /** Named lines of model versions, with their aliases. */
  readonly registeredModels: RegisteredModels;
  /** Numbered entries of registered models. */
  readonly versions: Versions;
  /** Named groups of runs. */
  readonly experiments: Experiments;
  /** Executions of training code. */
  readonly runs: Runs;
  /** @internal */
  protected readonly transport: Transport;

  /** `url`: where the server is, with a path if it is below one. Throws `InvalidValueError` where it is no HTTP address. */
  constructor(url: string | URL, options: ClientOptions = {}) {
    const transport = new Transport(url, options);
    this.transport = transport;
    this.models = new Models(transport);
    this.registeredModels = new RegisteredModels(transport);
    this.versions = new Versions(transport);
    this.experiments = new Experiments(transport);
    this.runs = new Runs(transport);
  }
}
