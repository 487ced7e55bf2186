import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parse } from "graphql";
import { exceededLimit, MOST_TOKENS } from "./query-limits.ts";

const aliases = (count: number, prefix = "a") =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}: name`).join(" ");
const nested = (depth: number): string => (depth === 0 ? "name" : `name { ${nested(depth - 1)} }`);

describe("limits of GraphQL queries", () => {
  it("pass what the UI sends", () => {
    assert.equal(
      exceededLimit(parse("query Q($x: I) { run(input: $x) { info { ...Info } } } fragment Info on R { a b }")),
      undefined,
    );
  });

  for (const [name, query, message] of [
    [
      "many root fields",
      `{ ${Array.from({ length: 11 }, (_, index) => `field${index}`).join(" ")} }`,
      /at most 10 root fields/,
    ],
    ["many aliases", `{ run { ${aliases(11)} } }`, /at most 10 aliases/],
    [
      "aliases spread over fragments",
      `{ run { ...A ...B } } fragment A on R { ${aliases(6)} } fragment B on R { ... on R { ${aliases(6, "b")} } }`,
      /at most 10 aliases/,
    ],
    ["deep nesting", `{ ${nested(11)} }`, /maximum depth of 10/],
    [
      "fragments that multiply",
      `{ a { ${Array(40).fill("...F").join(" ")} } } fragment F on R { ${Array(40).fill("name").join(" ")} }`,
      /maximum total selections/,
    ],
  ] as const) {
    it(`refuse ${name}`, () => assert.match(exceededLimit(parse(query)) ?? "", message));
  }

  it("refuse ten thousand aliases before they are parsed", () => {
    assert.throws(() => parse(`{ run { ${aliases(10_000)} } }`, { maxTokens: MOST_TOKENS }), /more than 4000 tokens/);
  });
});
