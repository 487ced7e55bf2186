import assert from "node:assert/strict";
import { test } from "node:test";
import { isUpToDate } from "./lib/node-modules.mjs";

const wanted = {
  "": { version: "0.1.0" },
  "node_modules/pg": { version: "8.0.0" },
  "node_modules/pg-other-platform": { version: "1.0.0", optional: true },
};

test("node_modules that holds each locked version is up to date, without other platforms' packages", () => {
  assert.equal(isUpToDate(wanted, { "node_modules/pg": { version: "8.0.0" } }), true);
});

test("a missing package, another version and nothing at all are not", () => {
  assert.equal(isUpToDate(wanted, {}), false);
  assert.equal(isUpToDate(wanted, { "node_modules/pg": { version: "7.0.0" } }), false);
  const otherOptional = {
    "node_modules/pg": { version: "8.0.0" },
    "node_modules/pg-other-platform": { version: "0.9.0" },
  };
  assert.equal(isUpToDate(wanted, otherOptional), false);
});
