import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess } from "../server/testkit/server-process.ts";

const program = fileURLToPath(new URL("main.mjs", import.meta.url));

describe("modelregistry verify", () => {
  const directory = mkdtempSync(join(tmpdir(), "modelregistry-verify-"));
  const data = join(directory, "data");
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(data);
    for (const [path, text] of [
      ["1/a/MLmodel", "damaged"],
      ["1/b/MLmodel", "missing"],
      ["1/c/MLmodel", "whole"],
    ] as const) {
      const url = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}`;
      assert.equal((await fetch(url, { method: "PUT", body: text })).status, 200);
    }
  });
  after(async () => {
    await server.kill();
    rmSync(directory, { recursive: true });
  });

  const digestOf = (text: string) => createHash("sha256").update(text).digest("hex");
  const fileOf = (text: string) => join(data, "blobs/sha256", digestOf(text).slice(0, 2), digestOf(text));
  const verify = (...argv: string[]) =>
    spawnSync(process.execPath, [program, "verify", "--data", data, ...argv], { encoding: "utf8", timeout: 30_000 });

  it("ends with 0 where all is whole, beside the server that uses the data", () => {
    const { status, stdout, stderr } = verify();
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^3 files, .* all whole\n$/);
  });

  it("ends with 1 and names what is not, and where it is used", () => {
    writeFileSync(fileOf("damaged"), "DAMAGED");
    rmSync(fileOf("missing"));
    writeFileSync(join(data, "blobs", "notes.txt"), "");
    const { status, stdout } = verify();
    assert.equal(status, 1);
    assert.match(stdout, new RegExp(`^damaged  ${digestOf("damaged")}\n         1/a/MLmodel$`, "m"));
    assert.match(stdout, new RegExp(`^missing  ${digestOf("missing")}\n         1/b/MLmodel$`, "m"));
    assert.match(stdout, /^stray {4}notes\.txt$/m);
    assert.match(stdout, /: 3 findings\n {2}1 damaged .*\n {2}1 missing .*\n {2}1 stray /);
    const report = JSON.parse(verify("--json", "--parallel", "1").stdout);
    assert.equal(report.files, 2);
    assert.deepEqual(
      new Set(report.findings),
      new Set([
        { kind: "damaged", digest: digestOf("damaged"), paths: ["1/a/MLmodel"] },
        { kind: "missing", digest: digestOf("missing"), paths: ["1/b/MLmodel"] },
        { kind: "stray", name: "notes.txt" },
      ]),
    );
  });

  it("verifies what no server uses, and leaves it as it is", async () => {
    await server.kill();
    const files = () => readdirSync(join(data, "blobs"), { recursive: true, encoding: "utf8" }).sort();
    const before = files();
    assert.equal(verify().status, 1);
    assert.deepEqual(files(), before);
    assert.equal(readFileSync(fileOf("damaged"), "utf8"), "DAMAGED");
  });

  it("ends with 2 and a sentence where it can't look", () => {
    const nowhere = join(directory, "nowhere");
    for (const [argv, message] of [
      [["--data", nowhere], /There is no registry in the folder .*nowhere\. Give its data folder with --data/],
      [["--parallel", "many"], /--parallel is "many"; give a number from 1 to 64/],
      [["--colour"], /--colour/],
    ] as const) {
      const { status, stderr } = verify(...argv);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    }
    assert.equal(existsSync(nowhere), false);
  });
});
