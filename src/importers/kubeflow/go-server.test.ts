import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { openRegistry } from "../../server/registry.ts";
import { ImportReport } from "../report.ts";
import { importFromKubeflow } from "./import.ts";
import { IMPORT_KINDS } from "./kinds.ts";
import { KubeflowSource } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "modelregistry-import-"));
after(() => rmSync(folder, { recursive: true, force: true }));

type Lists = Readonly<Record<string, readonly object[]>>;

/** Answers as the Go server was seen to answer, with things that this server would never have let in. */
async function serveLists(lists: Lists, version: "v1alpha3" | "v1"): Promise<{ url: string; close(): void }> {
  const prefix = `/api/model_registry/${version}/`;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://source");
    if (!pathname.startsWith(prefix)) {
      response.writeHead(404).end("404 page not found\n");
      return;
    }
    const items = lists[pathname.slice(prefix.length - 1)] ?? [];
    response.end(JSON.stringify({ items, nextPageToken: "", pageSize: 1000, size: items.length }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Imports the lists, then looks into the registry. */
async function importLists<T>(
  { lists, version = "v1alpha3" }: { lists: Lists; version?: "v1alpha3" | "v1" },
  look: (registry: Awaited<ReturnType<typeof openRegistry>>["context"], report: ImportReport) => Promise<T>,
): Promise<T> {
  const server = await serveLists(lists, version);
  const registry = await openRegistry(mkdtempSync(join(folder, "data-")));
  try {
    const source = await KubeflowSource.open(`${server.url}/api/model_registry/v1`);
    assert.equal(source.version, version);
    const report = new ImportReport(IMPORT_KINDS);
    const options = { sourceName: source.url, report, onProgress: () => undefined };
    await importFromKubeflow(registry.context, source, options);
    return await look(registry.context, report);
  } finally {
    await registry.close();
    server.close();
  }
}

const times = { createTimeSinceEpoch: "1700000000000", lastUpdateTimeSinceEpoch: "1700000000500" };
const model = { id: "1", name: "net", customProperties: {}, ...times };
const version = { id: "2", name: "v1", registeredModelId: "1", customProperties: {}, ...times };

describe("an import from the Go server", () => {
  it("takes structs as it sends them, with and without base64", async () => {
    const struct = (struct_value: string) => ({ metadataType: "MetadataStructValue", struct_value });
    const customProperties = { raw: struct('{"a": [1]}'), number: struct("1234"), encoded: struct("eyJhIjpbMV19") };
    await importLists(
      { lists: { "/registered_models": [{ ...model, customProperties }] } },
      async ({ store }, report) => {
        assert.ok(report.complete);
        const stored = await store.read(({ records }) => records.getRecord("registeredModel", 1));
        assert.deepEqual(stored?.properties, [
          { key: "encoded", type: "struct", value: '{"a":[1]}' },
          { key: "number", type: "struct", value: "1234" },
          { key: "raw", type: "struct", value: '{"a": [1]}' },
        ]);
        assert.equal(stored?.creationTime, 1_700_000_000_000);
        assert.equal(stored?.lastUpdateTime, 1_700_000_000_500);
      },
    );
  });

  it("copies what it can of a resource, and reports the rest", async () => {
    const customProperties = {
      kept: { metadataType: "MetadataStringValue", string_value: "x" },
      proto: { metadataType: "MetadataProtoValue", type: "t", proto_value: "eA==" },
      ["k".repeat(300)]: { metadataType: "MetadataStringValue", string_value: "x" },
      "mlflow.alias.champion": { metadataType: "MetadataStringValue", string_value: "v1" },
      "mlflow.alias.lost": { metadataType: "MetadataStringValue", string_value: "v9" },
      "mlflow.alias.not one": { metadataType: "MetadataStringValue", string_value: "v1" },
    };
    const stage = { "mlflow.stage": { metadataType: "MetadataStringValue", string_value: "Somewhere" } };
    const lists = {
      "/registered_models": [{ ...model, customProperties, invented: true }],
      "/model_versions": [{ ...version, customProperties: stage }],
    };
    await importLists({ lists }, async ({ store }, report) => {
      const parts = report.incomplete.map(({ kind, reason }) => `${kind}, ${reason.split(":")[0]}`);
      assert.deepEqual(parts, [
        'registered model, field "invented"',
        'registered model, custom property "proto"',
        `registered model, custom property "${"k".repeat(300)}"`,
        'model version, custom property "mlflow.stage"',
      ]);
      assert.deepEqual(
        report.notCopied.map(({ kind, id, reason }) => [kind, id, reason]),
        [
          ["alias", "1@lost", 'the model has no version "v9" that is not archived'],
          ["alias", "1@not one", 'An alias has letters, digits, _ and - alone, at most 255: not "not one".'],
        ],
      );
      assert.equal(report.complete, false);
      const stored = await store.read(({ records }) => records.getRecord("registeredModel", 1));
      assert.deepEqual(stored?.properties, [{ key: "kept", type: "string", value: "x" }]);
      assert.deepEqual(stored?.aliases, [{ alias: "champion", version: 1 }]);
    });
  });

  it("knows the run that a version names by its number, and the stage of the version", async () => {
    const text = (string_value: string) => ({ metadataType: "MetadataStringValue", string_value });
    const customProperties = { "mlflow.run_id": text("4"), "mlflow.stage": text("Production") };
    const lists = {
      "/experiments": [{ id: "3", name: "Default", customProperties: {}, ...times }],
      "/experiment_runs": [{ id: "4", name: "r", experimentId: "3", customProperties: {}, ...times }],
      "/registered_models": [model],
      "/model_versions": [{ ...version, customProperties }],
    };
    await importLists({ lists }, async ({ store }, report) => {
      const stored = await store.read(({ records }) => records.getRecord("modelVersion", 2));
      const run = await store.read(({ records }) => records.getRecord("run", 4));
      assert.equal(stored?.stage, "Production");
      assert.equal(stored?.runId, run?.runId);
      assert.equal(run?.experimentId, 0);
      assert.deepEqual(stored?.properties, []);
      assert.deepEqual(
        report.differences.map(({ kind, difference }) => `${kind}: ${difference}`),
        [
          "experiment: its id is 0 here: it is the experiment Default that every registry has",
          `model version: its mlflow.run_id is ${run?.runId} here, the id of the same run for MLflow`,
        ],
      );
    });
  });

  it("reports what belongs to nothing, once, with all that hangs on it", async () => {
    const artifact = {
      id: "5",
      name: "a",
      artifactType: "model-artifact",
      uri: "s3://b",
      customProperties: {},
      ...times,
    };
    const service = {
      id: "7",
      name: "s",
      servingEnvironmentId: "6",
      registeredModelId: "1",
      customProperties: {},
      ...times,
    };
    const lists = {
      "/model_versions": [{ ...version, registeredModelId: "999" }],
      "/model_versions/2/artifacts": [artifact],
      "/artifacts": [artifact],
      "/inference_services": [service],
    };
    await importLists({ lists }, async ({ store }, report) => {
      assert.deepEqual(
        report.notCopied.map(({ kind, reason }) => `${kind}: ${reason}`),
        [
          "model version: it belongs to the registered model 999, which the source does not have",
          "artifact: its model version 2 was not copied",
          "inference service: it belongs to the serving environment 6, which the source does not have",
        ],
      );
      assert.equal(await store.read(({ assets }) => assets.getAsset(5)), undefined);
    });
  });

  it("brings back the point that the server has lost, gives those without a time one, and says which times it can't read", async () => {
    const experiment = { id: "3", name: "e", customProperties: {}, ...times };
    const run = { id: "4", name: "r", experimentId: "3", customProperties: {}, ...times };
    const loss = { artifactType: "metric", name: "loss", customProperties: {}, ...times };
    const last = { id: "9", ...loss, value: 0.5, step: 2, timestamp: "2000" };
    const odd = { id: "12", ...loss, name: "odd", value: 1, timestamp: "yesterday" };
    const lists = {
      "/experiments": [experiment],
      "/experiment_runs": [run],
      "/experiment_runs/4/artifacts": [last, odd],
      "/experiment_runs/4/metric_history": [
        { id: "10", ...loss, value: 1, step: 1, timestamp: "1000" },
        { id: "11", ...loss, value: 0.7 },
        { ...odd, id: "13" },
        { ...odd, id: "14", value: 2, timestamp: "today" },
      ],
    };
    await importLists({ lists }, async ({ store }, report) => {
      const points = await store.read(({ metrics }) => metrics.listMetricPoints({ runNumber: 4, order: [], limit: 9 }));
      assert.deepEqual(
        points.items.map(({ key, value, step, timestamp }) => [key, value, step, timestamp]),
        [
          ["loss", 0.7, 0, 1_700_000_000_000],
          ["loss", 1, 1, 1000],
          ["loss", 0.5, 2, 2000],
          ["odd", 1, 0, 1_700_000_000_000],
          ["odd", 2, 0, 1_700_000_000_000],
        ],
      );
      assert.deepEqual(
        report.incomplete.map(({ id, reason }) => [id, reason]),
        [
          ["14", 'timestamp: "today" is no number of milliseconds'],
          ["12", 'timestamp: "yesterday" is no number of milliseconds'],
        ],
      );
    });
  });

  it("reads v1 where it has no v1alpha3, steps that are text included", async () => {
    const metric = { id: "5", name: "m", artifactType: "metric", value: 1, step: "7", customProperties: {}, ...times };
    const lists = {
      "/registered_models": [model],
      "/model_versions": [version],
      "/model_versions/2/artifacts": [metric],
      "/artifacts": [metric],
    };
    await importLists({ lists, version: "v1" }, async ({ store }, report) => {
      assert.ok(report.complete);
      const asset = await store.read(({ assets }) => assets.getAsset(5));
      assert.deepEqual([asset?.versionId, asset?.value, asset?.step], [2, 1, 7]);
    });
  });

  it("outlives a restart of the source", async () => {
    const breaks = ["refuse", "hang up"];
    const server = createServer((request, response) => {
      const isList = request.url?.includes("pageSize=1000");
      const next = isList ? breaks.shift() : undefined;
      if (next === "hang up") request.socket.destroy();
      else response.writeHead(next === "refuse" ? 503 : 200).end(JSON.stringify({ items: [model], nextPageToken: "" }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const source = await KubeflowSource.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const pages = await Array.fromAsync(source.pages("/registered_models"));
    server.close();
    assert.deepEqual(pages, [[model]]);
    assert.deepEqual(breaks, []);
  });

  it("refuses to take another registry at the same address for the one that it has copied", async () => {
    const data = mkdtempSync(join(folder, "other-"));
    const importModels = async (models: readonly object[]) => {
      const server = await serveLists({ "/registered_models": models }, "v1alpha3");
      const registry = await openRegistry(data);
      try {
        const source = await KubeflowSource.open(server.url);
        const report = new ImportReport(IMPORT_KINDS);
        await importFromKubeflow(registry.context, source, { sourceName: "here", report, onProgress: () => undefined });
      } finally {
        await registry.close();
        server.close();
      }
    };
    await importModels([model]);
    const other = { ...model, name: "other", createTimeSinceEpoch: "1600000000000" };
    await assert.rejects(importModels([other]), /another registry at the same address.*--source-name/s);
  });
});
