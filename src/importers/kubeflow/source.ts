import { SourceError } from "../source-error.ts";
import { JsonClient } from "./http.ts";

/** A resource as the source sends it, not checked; the importer says what it can't read. */
export type SourceItem = Readonly<Record<string, unknown>> & { readonly id: string };

const PAGE_SIZE = 1000;
const API = "/api/model_registry";

/** v1 is v1alpha3 without experiments and runs: the older one is read where a server has both. */
const VERSIONS = ["v1alpha3", "v1"] as const;
export type SourceVersion = (typeof VERSIONS)[number];

/** A server that speaks the Kubeflow Model Registry API, to be read. */
export class KubeflowSource {
  /** Of the server, without the path of the API. */
  readonly url: string;
  readonly version: SourceVersion;
  readonly #client: JsonClient;

  private constructor(url: string, version: SourceVersion, client: JsonClient) {
    this.url = url;
    this.version = version;
    this.#client = client;
  }

  /** Finds out which version of the API the server speaks. `address` may have the path of the API. Throws `SourceError`. */
  static async open(address: string, token?: string): Promise<KubeflowSource> {
    const url = toServerUrl(address);
    const client = new JsonClient(token);
    for (const version of VERSIONS) {
      const page = await client.probe(`${url}${API}/${version}/registered_models?pageSize=1`);
      if (isPage(page)) return new KubeflowSource(url, version, client);
    }
    throw new SourceError(
      `${url} answers, but not as a Kubeflow model registry: it has no ${API}/v1alpha3/registered_models and no ` +
        `${API}/v1/registered_models. Give the address that these paths belong behind.`,
    );
  }

  /** The highest id of a list; 0 where it is empty. Throws `SourceError`. */
  async highestId(path: string): Promise<number> {
    const page = await this.#client.get(`${this.#list(path)}?pageSize=1&orderBy=ID&sortOrder=DESC`);
    return isPage(page) ? Number(page.items[0]?.id ?? 0) : 0;
  }

  /** The items of a list, in the order of their ids, page by page. `path`: below the version. Throws `SourceError`. */
  async *pages(path: string): AsyncGenerator<SourceItem[]> {
    const list = this.#list(path);
    let token = "";
    do {
      const query = `pageSize=${PAGE_SIZE}&orderBy=ID&sortOrder=ASC${token && `&nextPageToken=${encodeURIComponent(token)}`}`;
      const page = await this.#client.get(`${list}?${query}`);
      if (!isPage(page)) throw new SourceError(`${list} is no list of resources.`);
      if (page.items.length > 0) yield page.items;
      if (token !== "" && page.nextPageToken === token) throw new SourceError(`${list} gives the same page for ever.`);
      token = page.nextPageToken;
    } while (token !== "");
  }

  #list(path: string): string {
    return `${this.url}${API}/${this.version}${path}`;
  }
}

interface SourcePage {
  items: SourceItem[];
  nextPageToken: string;
}

function isPage(body: unknown): body is SourcePage {
  if (typeof body !== "object" || body === null) return false;
  const { items, nextPageToken } = body as Record<string, unknown>;
  return Array.isArray(items) && items.every(isItem) && typeof nextPageToken === "string";
}

function isItem(item: unknown): item is SourceItem {
  return typeof item === "object" && item !== null && "id" in item && typeof item.id === "string";
}

function toServerUrl(address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new SourceError(`${address} is no address of a server. Give one such as http://model-registry:8080.`);
  }
  const [path = ""] = url.pathname.split(API);
  return url.origin + path.replace(/\/+$/, "");
}
