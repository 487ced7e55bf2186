import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { joinUri } from "./uris.ts";

describe("a place below a URI", () => {
  const cases: [string, string][] = [
    ["s3://b/base", "s3://b/base/r/artifacts"],
    ["s3://b/base/", "s3://b/base/r/artifacts"],
    ["s3://b", "s3://b/r/artifacts"],
    ["s3://b?x=a/b", "s3://b/r/artifacts?x=a/b"],
    ["mlflow-artifacts:/x?y=1", "mlflow-artifacts:/x/r/artifacts?y=1"],
    ["file:///a/b/?c", "file:///a/b/r/artifacts?c"],
    ["/a/b?c", "/a/b?c/r/artifacts"],
  ];
  for (const [uri, expected] of cases) {
    it(`of ${uri}`, () => assert.equal(joinUri(uri, "r/artifacts"), expected));
  }
});
