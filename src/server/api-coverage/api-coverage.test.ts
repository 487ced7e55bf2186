import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { mlflowProtocol } from "../../protocols/mlflow/routes.ts";
import { protocols } from "../protocols.ts";
import { normalizeCall, renderApiCoverage } from "./api-coverage.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Operation {
  name: string;
  method: string;
  path: string;
  version: number;
}

describe("API coverage", () => {
  for (const version of ["2.22", "3.17"]) {
    const python = `${root}/.tools/mlflow-${version}/bin/python`;
    it(`every operation that mlflow ${version} knows is served or listed as unsupported`, () => {
      assert.ok(existsSync(python), `there is no ${python}: npm test makes it`);
      const script = fileURLToPath(new URL("descriptors.py", import.meta.url));
      const operations = JSON.parse(execFileSync(python, [script], { encoding: "utf8" })) as Operation[];
      assert.ok(operations.length > 60, `only ${operations.length} operations were found`);
      const known = new Set(mlflowProtocol.routes.map((route) => normalizeCall(route.method, route.path)));
      const forgotten = operations.filter(
        ({ method, path, version: major }) =>
          !known.has(normalizeCall(method, `/api/${major}.0${path}`)) &&
          !known.has(normalizeCall(method, `/ajax-api/${major}.0/${path}`)),
      );
      assert.deepEqual(forgotten, []);
    });
  }

  it("no two routes have the same method and path", () => {
    const routes = protocols.flatMap((protocol) => protocol.routes);
    const calls = routes.map((route) => normalizeCall(route.method, route.path));
    assert.deepEqual(
      calls.filter((call, index) => calls.indexOf(call) !== index),
      [],
    );
  });

  it("docs/api-coverage.md is what the route table says", () => {
    const page = readFileSync(`${root}/docs/api-coverage.md`, "utf8");
    assert.equal(page, renderApiCoverage(), "run: node src/server/api-coverage/write.ts");
  });
});
