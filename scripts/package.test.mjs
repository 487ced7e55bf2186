// Packs the package as it would be published, puts it where npm would, and uses it from there: its client, its types, its server.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { run } from "./lib/processes.mjs";
import { root } from "./lib/project.mjs";

const project = mkdtempSync(join(tmpdir(), "modelregistry-package-"));
const installed = join(project, "node_modules", "modelregistry");
/** @type {import("node:child_process").ChildProcess | undefined} */
let server;
after(() => {
  server?.kill("SIGKILL");
  rmSync(project, { recursive: true });
});

/** @type {string[]} files of the package */
let files;

before(async () => {
  const packed = await run("npm", ["pack", "--pack-destination", project], { timeout: 120_000 });
  assert.equal(packed.code, 0, packed.output);
  const [tarball = ""] = readdirSync(project).filter((name) => name.endsWith(".tgz"));
  mkdirSync(installed, { recursive: true });
  const unpacked = await run("tar", ["-xvzf", join(project, tarball), "--strip-components=1", "-C", installed]);
  assert.equal(unpacked.code, 0, unpacked.output);
  files = unpacked.output.split("\n").flatMap((line) => /package\/(.+[^/])$/.exec(line)?.slice(1) ?? []);
  // What it depends on is here already, in the versions of the lockfile; a package that it does not declare is not found.
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const name of [...Object.keys(dependencies), "@types/node"]) link(name);
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
});

/** @param {string} name */
function link(name) {
  const target = join(project, "node_modules", name);
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(root, "node_modules", name), target);
}

const PAGE = `
import { ModelRegistryClient, NotFoundError, type StoredModel } from "modelregistry/client";

const registry = new ModelRegistryClient("http://127.0.0.1:5000", { token: async () => "secret", retries: 1 });
export async function use(file: Blob, signal: AbortSignal): Promise<string | null> {
  const model: StoredModel = await registry.models.upload(file, { name: "wine", metrics: { f1: 0.5 } }, { signal });
  for await (const { tags } of registry.models.list({ tags: { team: "cellar" } })) if (tags["team"] === undefined) break;
  const stream: ReadableStream<Uint8Array> = (await registry.models.download(model.metadataId, { signal })).stream;
  await stream.cancel();
  try {
    await registry.registeredModels.setAlias("wine", "champion", model.versionNumber);
  } catch (error) {
    if (error instanceof NotFoundError) return error.code satisfies "not-found";
  }
  // @ts-expect-error: a metric is a number
  await registry.models.update(model.metadataId, { metrics: { f1: "0.5" } });
  // @ts-expect-error: a model has a name
  await registry.models.upload(file, {});
  return model.sha256;
}
`;

const NODE_PROGRAM = `
import { ModelRegistryClient, openFile } from "modelregistry/client/node";

const registry = new ModelRegistryClient("http://127.0.0.1:5000");
export async function use(): Promise<void> {
  const model = await registry.models.uploadFile("model.bin", { name: "wine" }, { onProgress: ({ bytes }) => bytes });
  await registry.models.downloadToFile(model.metadataId, "copy.bin");
  await registry.models.upload(await openFile("model.bin"), { name: "wine" });
}
`;

const PROGRAM = `
import { readFile, writeFile } from "node:fs/promises";
import { ModelRegistryClient, NotFoundError } from "modelregistry/client/node";

const registry = new ModelRegistryClient(process.argv[2]);
await registry.registeredModels.create({ name: "wine", tags: { team: "cellar" } });
const { tags } = await registry.registeredModels.get("wine");
const failure = await registry.registeredModels.get("beer").catch((error) => error);
console.log(tags.team, failure instanceof NotFoundError, failure.code);
`;

/** What the examples have from around them. */
const AROUND = {
  registry: 'import { ModelRegistryClient as Client } from "modelregistry/client";\ndeclare const registry: Client;',
  file: "declare const file: File;",
  metadata: 'import type { NewModel } from "modelregistry/client";\ndeclare const metadata: NewModel;',
  input: "declare const input: HTMLInputElement;",
  bar: "declare const bar: HTMLProgressElement;",
  session: "declare const session: { token: string };",
};

describe("the published package", () => {
  it("has what it needs and nothing else", () => {
    const expected =
      /^(bin\/modelregistry\.mjs|dist\/.+\.m?js|dist\/client\/.+\.d\.ts|docs\/typescript\.md|package\.json|README\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter((file) => !expected.test(file)),
      [],
    );
    assert.deepEqual(
      files.filter((file) => /test|fuzz/.test(file)),
      [],
    );
    for (const file of ["bin/modelregistry.mjs", "dist/client/node.d.ts", "dist/cli/main.mjs", "docs/typescript.md"]) {
      assert.ok(files.includes(file), file);
    }
  });

  const dom = ["es2023", "dom", "dom.iterable"];
  for (const { name, texts, lib, types } of [
    { name: "a page", texts: [PAGE], lib: dom, types: [] },
    { name: "a program for Node", texts: [NODE_PROGRAM], lib: ["es2023"], types: ["node"] },
    { name: "the examples of the documents", texts: examples(), lib: dom, types: [] },
  ]) {
    it(`has types for the strictest settings of ${name}`, async () => {
      const sources = texts.map((text, index) => ({ file: `${name.replaceAll(" ", "-")}-${index}.ts`, text }));
      for (const { file, text } of sources) writeFileSync(join(project, file), text);
      const compilerOptions = {
        ...{ module: "nodenext", target: "es2023", lib, types, noEmit: true, skipLibCheck: false },
        ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
        ...{ noPropertyAccessFromIndexSignature: true, verbatimModuleSyntax: true },
      };
      writeFileSync(
        join(project, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: sources.map(({ file }) => file) }),
      );
      const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
      const { code, output } = await run(process.execPath, [tsc, "--project", project], { timeout: 120_000 });
      assert.equal(code, 0, output);
    });
  }

  it("runs as a server, which a program with its client uses", async () => {
    const program = join(installed, "bin", "modelregistry.mjs");
    const data = join(project, "data");
    server = spawn(process.execPath, [program, "serve", "--port", "0", "--data", data], { cwd: project });
    const url = await urlOf(server);
    writeFileSync(join(project, "program.mjs"), PROGRAM);
    const { output } = await run(process.execPath, [join(project, "program.mjs"), url], {
      cwd: project,
      timeout: 60_000,
    });
    assert.equal(output, "cellar true not-found\n");
  });
});

/** The documents' TypeScript, each example as a module with what it uses but does not make. */
function examples() {
  const texts = ["README.md", "docs/typescript.md"].flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/```ts\n(.+?)```/gs)].map(([, text = ""]) => text),
  );
  assert.ok(texts.length > 2);
  return texts.map((text) => {
    const missing = Object.entries(AROUND).filter(
      ([name]) => new RegExp(`\\b${name}\\b`).test(text) && !new RegExp(`const (\\[)?${name}\\b`).test(text),
    );
    return [...missing.map(([, declaration]) => declaration), text, "export {};"].join("\n");
  });
}

/** @param {import("node:child_process").ChildProcess} child */
async function urlOf(child) {
  let output = "";
  child.stderr?.on("data", (text) => {
    output += text;
  });
  for await (const text of child.stdout ?? []) {
    output += text;
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
    if (url !== undefined) return url;
  }
  return assert.fail(`The server ended as it started: ${output}`);
}
