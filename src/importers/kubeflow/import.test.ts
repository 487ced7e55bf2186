import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openRegistry } from "../../server/registry.ts";
import { startServerProcess } from "../../server/testkit/server-process.ts";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";
import { ImportReport } from "../report.ts";
import { importFromKubeflow } from "./import.ts";
import { IMPORT_KINDS } from "./kinds.ts";
import { KubeflowSource } from "./source.ts";
import { readContents } from "./testkit/registry-contents.ts";
import { make, seed } from "./testkit/seed.ts";

const folder = mkdtempSync(join(tmpdir(), "modelregistry-import-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Imports into a data folder. */
async function importInto(data: string, url: string): Promise<ImportReport> {
  const source = await KubeflowSource.open(url);
  const registry = await openRegistry(data);
  const report = new ImportReport(IMPORT_KINDS);
  try {
    await importFromKubeflow(registry.context, source, { sourceName: source.url, report, onProgress: () => undefined });
  } finally {
    await registry.close();
  }
  return report;
}

/** What a server on a data folder shows. */
async function contentsOf(data: string): Promise<Record<string, unknown[]>> {
  const server = await startServerProcess(data);
  try {
    return await readContents(server.url);
  } finally {
    await server.kill();
  }
}

function totals({ counts }: ImportReport) {
  const sum = (outcome: "found" | "copied" | "alreadyThere" | "notCopied") =>
    [...counts.values()].reduce((total, each) => total + each[outcome], 0);
  return { found: sum("found"), copied: sum("copied"), alreadyThere: sum("alreadyThere"), notCopied: sum("notCopied") };
}

describe("an import from a registry that speaks Kubeflow's API", () => {
  let source: TestServer;
  before(async () => {
    source = await startTestServer();
    await seed(source);
  });
  after(() => source.close());

  it("copies everything as it is: ids, times, states, typed properties, links, aliases and every point", async () => {
    const data = join(folder, "everything");
    const report = await importInto(data, source.url);
    assert.deepEqual(report.notCopied, []);
    assert.deepEqual(report.incomplete, []);
    assert.deepEqual(await contentsOf(data), await readContents(source.url));
    for (const [kind, { found }] of report.counts) assert.ok(found > 0, `nothing of the kind ${kind} is tested`);
  });

  it("changes nothing when it is repeated, and copies what is new", async () => {
    const data = join(folder, "again");
    const first = totals(await importInto(data, source.url));
    const again = totals(await importInto(data, source.url));
    assert.deepEqual(again, { found: first.found, copied: 0, alreadyThere: first.found, notCopied: 0 });
    const modelId = await make(source, "registered_models", { name: "newer" });
    await make(source, `registered_models/${modelId}/versions`, { name: "v1", registeredModelId: modelId });
    assert.equal(totals(await importInto(data, source.url)).copied, 2);
    assert.deepEqual(await contentsOf(data), await readContents(source.url));
  });

  it("keeps every id that is free, and says what it is instead where one is taken", async () => {
    const data = join(folder, "taken");
    const target = await startServerProcess(data);
    const created = await fetch(`${target.url}/api/model_registry/v1/registered_models`, {
      method: "POST",
      body: JSON.stringify({ name: "was here first" }),
    });
    assert.equal(created.status, 201);
    await target.kill();
    const report = await importInto(data, source.url);
    const taken = report.differences.filter(({ difference }) => difference.includes("is taken"));
    assert.deepEqual(taken, [
      { kind: "registered model", id: "1", name: "net", difference: "its id is 4 here, because 1 is taken" },
    ]);
    const contents = await contentsOf(data);
    const modelIds = (list: string) =>
      new Set((contents[list] as { registeredModelId: string }[]).map(({ registeredModelId }) => registeredModelId));
    assert.ok(modelIds("/inference_services").has("4"), "services follow their model");
    assert.ok(modelIds("/model_versions").has("4"), "versions follow their model");
  });

  it("copies nothing over what is here, and says what to do", async () => {
    const data = join(folder, "conflicts");
    const other = await startTestServer();
    await make(other, "registered_models", { name: "net", externalId: "another" });
    await make(other, "experiments", { name: "other trials", externalId: "e-1" });
    await importInto(data, other.url);
    await other.close();
    const report = await importInto(data, source.url);
    const problems = report.notCopied.map(({ kind, name, reason }) => `${kind} ${name}: ${reason}`);
    assert.ok(problems.includes(`registered model net: another registered model here has the name "net"`));
    assert.ok(problems.includes(`model version v1: its registered model 1 was not copied`));
    assert.ok(problems.includes(`experiment trials: another experiment here has the external id "e-1"`));
    assert.ok(problems.includes(`experiment run first: its experiment 1 was not copied`));
    assert.ok(problems.includes(`artifact files: its model version 1 was not copied`));
    assert.ok(report.notCopied.every(({ advice }) => advice.length > 0));
    const { found, copied, alreadyThere, notCopied } = totals(report);
    assert.equal(copied + alreadyThere + notCopied, found);
  });

  it("makes what a run has made and a version got the source of the version", async () => {
    const server = await startTestServer();
    const experimentId = await make(server, "experiments", { name: "e" });
    const runId = await make(server, "experiment_runs", { experimentId, name: "r" });
    const model = { artifactType: "model-artifact", name: "m", uri: "s3://bucket/m" };
    const artifactId = await make(server, `experiment_runs/${runId}/artifacts`, model);
    const registeredModelId = await make(server, "registered_models", { name: "m" });
    const versionId = await make(server, "model_versions", { registeredModelId, name: "v" });
    await make(server, `model_versions/${versionId}/artifacts`, { artifactType: "model-artifact", id: artifactId });
    const data = join(folder, "shared");
    const report = await importInto(data, server.url);
    await server.close();
    assert.deepEqual(
      report.differences.filter(({ kind }) => kind === "artifact").map(({ difference }) => difference),
      [`it belongs to its version here, and is attached to the run ${runId}`],
    );
    const target = await startServerProcess(data);
    const answer = await fetch(`${target.url}/api/2.0/mlflow/model-versions/get?name=m&version=1`);
    const { model_version } = (await answer.json()) as { model_version: { source: string } };
    const artifacts = (await readContents(target.url))[`/experiment_runs/${runId}/artifacts`];
    await target.kill();
    assert.equal(model_version.source, "s3://bucket/m");
    assert.deepEqual(
      artifacts?.map((artifact) => (artifact as { id: string }).id),
      [artifactId],
    );
  });

  it("joins the experiment Default of the source to the one that every registry has", async () => {
    const server = await startTestServer();
    const customProperties = { team: { metadataType: "MetadataStringValue", string_value: "t" } };
    await server.kubeflow("PATCH", "experiments/0", { description: "Trials", customProperties });
    await make(server, "experiment_runs", { experimentId: "0", name: "r" });
    const data = join(folder, "default");
    const report = await importInto(data, server.url);
    assert.ok(report.complete);
    const contents = await contentsOf(data);
    assert.deepEqual(contents, await readContents(server.url));
    await server.close();
  });
});
