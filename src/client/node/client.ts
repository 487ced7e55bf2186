import { ModelRegistryClient as BrowserClient } from "../client.ts";
import type { ClientOptions } from "../transport.ts";
import { FileModels } from "./file-models.ts";

/**
 * A client of one registry that also takes and makes files of this machine.
 *
 * ```ts
 * const registry = new ModelRegistryClient("http://127.0.0.1:5000");
 * const model = await registry.models.uploadFile("wine.safetensors", { name: "wine" });
 * await registry.models.downloadToFile(model.metadataId, "copy.safetensors");
 * ```
 */
export class ModelRegistryClient extends BrowserClient {
  override readonly models: FileModels;

  /** `url`: where the server is, with a path if it is below one. Throws `InvalidValueError` where it is no HTTP address. */
  constructor(url: string | URL, options: ClientOptions = {}) {
    super(url, options);
    this.models = new FileModels(this.transport);
  }
}
