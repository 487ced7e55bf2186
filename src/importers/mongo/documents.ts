import { type Collection, type Db, type Document, MongoClient, type MongoClientOptions } from "mongodb";
import { patiently } from "../patience.ts";
import { SourceError } from "../source-error.ts";

/** Where the records of the earlier registry are. */
export interface DocumentSettings {
  /** `mongodb://` or `mongodb+srv://` with everything that the driver takes: accounts, hosts, TLS. */
  url: string;
  /** Where the address names none. */
  defaultDatabase?: string;
  collection: string;
}

/** What a document says of its place among the others. */
export interface DocumentEntry {
  _id: unknown;
  [field: string]: unknown;
}

/** MongoDB's code for an account that it does not let in. */
const REFUSED = 18;

/** How long to look for a server, in milliseconds, where the address does not say. */
const SELECTION_TIMEOUT_MS = 10_000;

/** The collection of one MongoDB, to be read. */
export class DocumentSource {
  /** `mongodb://host:port/database.collection`: who has read it, not how. */
  readonly address: string;
  readonly #client: MongoClient;
  readonly #collection: Collection;

  constructor(address: string, client: MongoClient, collection: Collection) {
    this.address = address;
    this.#client = client;
    this.#collection = collection;
  }

  /** Throws `SourceError`: the server can't be reached or refuses, or there is no such collection. */
  static async open(settings: DocumentSettings): Promise<DocumentSource> {
    const hosts = hostsOf(createClient(settings));
    try {
      return await connect(settings).catch((error) => {
        // An address that names the records' database says by that, unless it names another, that the account belongs to it.
        if (codeOf(error) !== REFUSED || /[?&]authSource=/i.test(settings.url)) throw error;
        return connect(settings, { authSource: "admin" });
      });
    } catch (error) {
      throw explained(error, hosts);
    }
  }

  /** Of every document its id and these fields. */
  async entries(fields: readonly string[]): Promise<DocumentEntry[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    return this.#read({}, projection) as Promise<DocumentEntry[]>;
  }

  /** Whole documents, in no order; those that are gone meanwhile are left out. */
  async documents(ids: readonly unknown[]): Promise<DocumentEntry[]> {
    return this.#read({ _id: { $in: ids } }) as Promise<DocumentEntry[]>;
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #read(filter: Document, projection?: Document): Promise<Document[]> {
    const options = { ...(projection && { projection }), enableUtf8Validation: false };
    try {
      return await patiently(isOutage, () => this.#collection.find(filter, options).toArray());
    } catch (error) {
      throw explained(error, [this.address.replace(/^mongodb:\/\/|\/.*$/g, "")]);
    }
  }
}

async function connect(settings: DocumentSettings, options: MongoClientOptions = {}): Promise<DocumentSource> {
  const client = createClient(settings, options);
  const { url, defaultDatabase, collection } = settings;
  try {
    const database = client.db(databaseIn(url) || defaultDatabase);
    await requireCollection(database, collection);
    const address = `mongodb://${hostsOf(client).toSorted().join(",")}/${database.databaseName}.${collection}`;
    return new DocumentSource(address, client, database.collection(collection));
  } catch (error) {
    await client.close();
    throw error;
  }
}

function createClient({ url, defaultDatabase }: DocumentSettings, options: MongoClientOptions = {}): MongoClient {
  try {
    if (!databaseIn(url) && !defaultDatabase) {
      throw new Error("it names no database, and MONGODB_DB does not either");
    }
    const patience = /[?&]serverSelectionTimeoutMS=/i.test(url)
      ? {}
      : { serverSelectionTimeoutMS: SELECTION_TIMEOUT_MS };
    return new MongoClient(url, { ...patience, ...options });
  } catch (error) {
    throw new SourceError(
      `--from (MONGODB_URL) is no address of a database: ${withoutSecrets(messageOf(error))}. Give one such as ` +
        "mongodb://user:password@host:27017/metadata; characters such as @ and / in the password are written as %40 and %2F.",
    );
  }
}

/** The one at the end of an address's path; "" where there is none. */
function databaseIn(url: string): string {
  const [, name = ""] = /^[^?]*?:\/\/[^/?]*\/([^?]*)/.exec(url) ?? [];
  return decodeURIComponent(name);
}

function hostsOf({ options }: MongoClient): string[] {
  return options.srvHost === undefined ? options.hosts.map(String) : [options.srvHost];
}

async function requireCollection(database: Db, name: string): Promise<void> {
  const collections = (
    await database.listCollections({}, { nameOnly: true, authorizedCollections: true }).toArray()
  ).map((each) => each.name);
  if (collections.includes(name)) return;
  const others = collections.filter((each) => !each.startsWith("system."));
  throw new SourceError(
    `The database ${database.databaseName} has no collection ${name}; ` +
      (others.length > 0
        ? `it has ${others.slice(0, 20).join(", ")}. Name one with --collection.`
        : "it is empty. Check its name."),
  );
}

/** Whether the server was away, and may be back. */
function isOutage(error: unknown): boolean {
  return error instanceof Error && /^Mongo(Network|ServerSelection|PoolCleared)/.test(error.name);
}

function explained(error: unknown, hosts: readonly string[]): unknown {
  if (!(error instanceof Error) || !error.name.startsWith("Mongo")) return error;
  const code = codeOf(error);
  const where = hosts.join(",");
  const message = withoutSecrets(messageOf(error));
  if (code === REFUSED) {
    return new SourceError(
      `MongoDB at ${where} refuses the user or the password. Check MONGODB_URL; an account that belongs to another database than the ` +
        "one in the address needs ?authSource=admin, or the name of that database.",
    );
  }
  if (code === 13)
    return new SourceError(`MongoDB at ${where} does not let this user read: ${message}. Give an account that may.`);
  if (!isOutage(error)) return new SourceError(`MongoDB at ${where} answers with an error: ${message}.`);
  if (/certificate/i.test(message)) {
    return new SourceError(
      `The certificate of MongoDB at ${where} is not trusted here: ${message}. Name its authority with tlsCAFile=… in the address.`,
    );
  }
  return new SourceError(
    `MongoDB at ${where} can't be reached: ${message}. Check the address, and that the server runs.`,
  );
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}

/** Without the account that an address in the text names. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/\s]*@/g, "//");
}
