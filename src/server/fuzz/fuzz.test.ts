import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Route } from "../../protocols/route.ts";
import { type RunningServer, startServer } from "../compose.ts";
import { readConfig } from "../config/config.ts";
import { protocols } from "../protocols.ts";
import { type FuzzedRequest, requestsTo } from "./requests.ts";
import { seedKubeflow, seedMlflow } from "./seeds.ts";
import type { KnownValues } from "./values.ts";
import { Watcher } from "./watcher.ts";

/** Requests to each operation; more for a long soak: `MODELREGISTRY_TEST_FUZZ=5000`. */
const REQUESTS = Number(process.env.MODELREGISTRY_TEST_FUZZ ?? 60);

const CANARY = "canary-8c1f0c";
const LEAKS =
  /sqlite|SQLITE_|SELECT |INSERT INTO|no such (table|column)|constraint failed|node:internal|\.ts:\d+|\/registry\.db/;

const directory = mkdtempSync(join(tmpdir(), "modelregistry-fuzz-"));
const data = join(directory, "data");
let server: RunningServer;
let watcher: Watcher;
let knownToMlflow: KnownValues;

before(async () => {
  writeFileSync(join(directory, "canary.txt"), CANARY);
  server = await startServer(readConfig(["--port", "0", "--data", data, "--log-level", "silent"], {}));
  watcher = new Watcher(join(data, "registry.db"));
  knownToMlflow = await seedMlflow(server.url);
});

after(async () => {
  watcher.close();
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** One route of each operation: the prefixes share their handlers. */
const routes = [
  ...new Map(
    protocols.flatMap(({ name, routes }) =>
      routes.map((route) => [`${name} ${route.method} ${route.operation}`, route] as const),
    ),
  ),
];

describe("every route, with requests from nearly right to entirely wrong", () => {
  for (const [name, route] of routes) {
    it(name, async () => {
      // What one operation has deleted, another still finds.
      const known = { ...knownToMlflow, ...(name.startsWith("kubeflow") && (await seedKubeflow(server.url))) };
      await fc.assert(
        fc.asyncProperty(fc.constant(route), fc.gen(), async (_route, generate) => {
          await check(route, generate(requestsTo, route, known));
        }),
        { numRuns: REQUESTS, endOnFailure: true },
      );
    });
  }

  it("has left no half upload behind", () => {
    assert.deepEqual(readdirSync(join(data, "blobs", "uploads")), []);
  });

  it("still answers", async () => {
    assert.equal(await (await fetch(`${server.url}/health`)).text(), "OK");
  });
});

async function check(route: Route, request: FuzzedRequest): Promise<void> {
  await watcher.watch(
    () => send(request),
    ({ status, text }, hasChanged) => {
      const shown = `${status} ${text.slice(0, 500)}`;
      assert.ok(status < 500 || status === 501, `${route.operation} answered ${shown}`);
      assert.doesNotMatch(text, new RegExp(CANARY), `${route.operation} read a file outside its folder`);
      if (status < 400) return;
      assert.doesNotMatch(text, LEAKS, `${route.operation} shows its inside: ${shown}`);
      assert.ok(!hasChanged(), `${route.operation} refused, and changed something: ${shown}`);
    },
  );
}

async function send({ method, path, contentType, body }: FuzzedRequest): Promise<{ status: number; text: string }> {
  const response = await fetch(server.url + path, {
    method,
    headers: { ...(contentType !== undefined && { "content-type": contentType }) },
    ...(body !== undefined && { body: body as string }),
  });
  return { status: response.status, text: await response.text() };
}
