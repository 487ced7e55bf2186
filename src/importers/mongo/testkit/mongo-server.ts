import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Collection, MongoClient } from "mongodb";
import { ensureMongoServer } from "../../../../scripts/lib/mongo-server.mjs";

/** A collection of its own for one test, on a real server. */
export interface TestMongo {
  /** With an account, which belongs to the database admin where nothing else is said, and the database of the collection. */
  readonly url: string;
  readonly databaseName: string;
  /** Its name is `models`. */
  readonly collection: Collection<{ _id: unknown }>;
  /** Removes the database, and ends the server where it was started for this test. */
  close(): Promise<void>;
}

const USER = "root";
/** With characters that an address has to escape. */
const PASSWORD = "p@ss/word";

/**
 * Starts a server in memory that asks for a password, or uses the one at `MODELREGISTRY_TEST_MONGODB_URL` (an account that may make and
 * drop databases; its name and password are part of the address).
 */
export async function startTestMongo(): Promise<TestMongo> {
  const shared = process.env.MODELREGISTRY_TEST_MONGODB_URL;
  const server = shared ? undefined : await startServer();
  const address = new URL(shared ?? server?.url ?? "");
  const databaseName = `test_${process.pid}_${Date.now().toString(36)}`;
  address.pathname = `/${databaseName}`;
  const client = new MongoClient(address.href, address.searchParams.has("authSource") ? {} : { authSource: "admin" });
  const database = client.db(databaseName);
  return {
    url: address.href,
    databaseName,
    collection: database.collection("models"),
    async close() {
      await database.dropDatabase();
      await client.close();
      server?.child.kill();
    },
  };
}

async function startServer(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn("java", [...(await ensureMongoServer()), USER, PASSWORD], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The MongoDB of the tests ended with ${code} as it started`);
  });
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended]);
  ended.catch(() => undefined);
  const account = `${encodeURIComponent(USER)}:${encodeURIComponent(PASSWORD)}@`;
  return { url: String(line).replace("//", `//${account}`), child };
}
