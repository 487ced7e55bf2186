import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Filter } from "../../../core/filter/filter.ts";
import { encodePageToken } from "../../page-token.ts";
import { MlflowError } from "../errors.ts";
import { parseFilter } from "./language.ts";
import {
  experimentLanguage,
  loggedModelLanguage,
  modelVersionLanguage,
  registeredModelLanguage,
  runLanguage,
} from "./languages.ts";
import { parseOrder } from "./order.ts";
import { decodePageToken } from "./page-token.ts";
import { hidePrompts } from "./prompts.ts";

const languages = [experimentLanguage, runLanguage, registeredModelLanguage, modelVersionLanguage, loggedModelLanguage];
const lossBelowOne: Filter = { kind: "comparison", field: { kind: "metric", key: "loss" }, operator: "<", value: 1 };
const optimizerIsAdam: Filter = {
  kind: "comparison",
  field: { kind: "param", key: "optimizer" },
  operator: "=",
  value: "adam",
};

describe("filters that upstream knows", () => {
  const cases: [string, Filter][] = [
    ["metrics.loss < 1", lossBelowOne],
    ["metric.`loss` < 1.0", lossBelowOne],
    ['metrics."loss"<1', lossBelowOne],
    ["params.optimizer = 'adam'", optimizerIsAdam],
    ['parameters.optimizer = "adam"', optimizerIsAdam],
    ["metrics.loss < 1 aNd params.optimizer = 'adam'", { kind: "and", operands: [lossBelowOne, optimizerIsAdam] }],
    ["tags.a.b LIKE 'x%'", comparison({ kind: "tag", key: "a.b" }, "like", "x%")],
    ["tag.`a b/c` ilike '%X'", comparison({ kind: "tag", key: "a b/c" }, "ilike", "%X")],
    ["params.lr IS NULL", { kind: "presence", field: { kind: "param", key: "lr" }, present: false }],
    ["tags.x is not null", { kind: "presence", field: { kind: "tag", key: "x" }, present: true }],
    ["attributes.run_name = 'a'", comparison({ kind: "attribute", name: "name" }, "=", "a")],
    ["created >= 1700000000000", comparison({ kind: "attribute", name: "startTime" }, ">=", 1700000000000)],
    ["metrics.loss > -1e-3", comparison({ kind: "metric", key: "loss" }, ">", -0.001)],
    ["dataset.name = 'iris'", comparison({ kind: "dataset", name: "name" }, "=", "iris")],
    [
      "run_id NOT IN ('a', \"b\")",
      { kind: "in", field: { kind: "attribute", name: "runId" }, negated: true, values: ["a", "b"] },
    ],
  ];
  for (const [text, filter] of cases) it(text, () => assert.deepEqual(parseFilter(runLanguage, text), filter));

  it("an empty filter is none", () => assert.equal(parseFilter(runLanguage, " "), undefined));
});

describe("filters beyond upstream", () => {
  const cases: [string, Filter][] = [
    ["NOT metrics.loss < 1", { kind: "not", operand: lossBelowOne }],
    ["metrics.loss < 1 OR params.optimizer = 'adam'", { kind: "or", operands: [lossBelowOne, optimizerIsAdam] }],
    [
      "params.optimizer = 'adam' AND (metrics.loss < 1 OR NOT (metrics.loss < 1))",
      {
        kind: "and",
        operands: [optimizerIsAdam, { kind: "or", operands: [lossBelowOne, { kind: "not", operand: lossBelowOne }] }],
      },
    ],
    ["params.x IN ('1', '2')", { kind: "in", field: { kind: "param", key: "x" }, negated: false, values: ["1", "2"] }],
    ["params.x = 'it''s'", comparison({ kind: "param", key: "x" }, "=", "it's")],
  ];
  for (const [text, filter] of cases) it(text, () => assert.deepEqual(parseFilter(runLanguage, text), filter));

  it("finds versions by stage in any case", () => {
    assert.deepEqual(
      parseFilter(modelVersionLanguage, "current_stage = 'production'"),
      comparison({ kind: "attribute", name: "stage" }, "=", "Production"),
    );
  });
});

describe("filters that are refused", () => {
  const cases: [string, RegExp][] = [
    ["metrics.loss < 'a'", /Expected numeric value type for metric. Found 'a'/],
    ["params.x = 5", /Expected a quoted string value for parameter \(e.g. 'my-value'\). Got value 5/],
    ["params.x = abc", /Parameter value is either not quoted or unidentified quote types used for string value abc/],
    [
      "foo.x = 'a'",
      /Invalid entity type 'foo'. Valid values are \['metric', 'parameter', 'tag', 'attribute', 'dataset'\]/,
    ],
    ["colour = 'a'", /Invalid attribute key 'colour' specified/],
    ["dataset.size = 'a'", /Invalid dataset key 'size' specified/],
    ["metrics.loss LIKE 1", /Invalid comparator 'LIKE'/],
    ["params.x > '1'", /Invalid comparator '>'/],
    ["status IN ('A')", /Only \['run_id'\] attributes support comparison with a list/],
    ["run_id IN ()", /non-empty list of string values, but got empty list/],
    ["run_id IN (1)", /got different type in list: 1/],
    ["status IS NULL", /IS NULL \/ IS NOT NULL is only supported for tags and params/],
    ["metrics.loss < 1 AND", /Invalid clause\(s\) in filter string: ''/],
    ["(metrics.loss < 1", /Invalid clause\(s\)/],
    ["metrics.loss", /Expected a comparator/],
    ["params.x = 'a", /Invalid clause\(s\)/],
    ["metrics.a > 1; DROP TABLE runs", /Invalid clause\(s\)/],
    [`${"(".repeat(60)}metrics.a > 1${")".repeat(60)}`, /nests deeper than/],
    [Array(300).fill("metrics.a > 1").join(" AND "), /more than the limit of 200 clauses/],
  ];
  for (const [text, message] of cases) {
    it(text.slice(0, 60), () => assert.throws(() => parseFilter(runLanguage, text), { name: "MlflowError", message }));
  }

  it("any text is parsed or refused, never a crash", () => {
    const words = fc.constantFrom(
      "metrics.a",
      "params.`b c`",
      "=",
      "!=",
      "'x'",
      "1",
      "(",
      ")",
      "AND",
      "or",
      "NOT",
      "IN",
      ",",
      "IS",
      "NULL",
      '"',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(fc.constantFrom(...languages), text, (language, filter) => {
        try {
          parseFilter(language, filter);
          parseOrder(language, [filter]);
        } catch (error) {
          assert.ok(error instanceof MlflowError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("order_by", () => {
  it("takes keys with and without a direction", () => {
    assert.deepEqual(parseOrder(runLanguage, ["metrics.`a b` DESC", "start_time", 'params."x y" asc']), [
      { field: { kind: "metric", key: "a b" }, descending: true },
      { field: { kind: "attribute", name: "startTime" }, descending: false },
      { field: { kind: "param", key: "x y" }, descending: false },
    ]);
  });

  for (const clause of ["", "metrics.a sideways", "metrics.a ASC DESC", "'a'", "1", "colour", "dataset.name"]) {
    it(`refuses ${JSON.stringify(clause)}`, () => {
      assert.throws(() => parseOrder(runLanguage, [clause]), { name: "MlflowError" });
    });
  }

  it("refuses the same key twice", () => {
    assert.throws(() => parseOrder(runLanguage, ["created", "start_time DESC"]), /duplicate fields/);
  });
});

describe("page tokens", () => {
  it("give the cursor back, 64-bit integers included", () => {
    const cursor = [1.5, "x", null, 2n ** 62n];
    assert.deepEqual(decodePageToken(encodePageToken(cursor, { filter: "a" }), { filter: "a" }), cursor);
  });

  it("are refused with another query, and when they are not ours", () => {
    const token = encodePageToken([1], { filter: "a" });
    for (const [text, query] of [
      [token, { filter: "b" }],
      ["nonsense", { filter: "a" }],
      [Buffer.from('{"offset": 5}').toString("base64"), { filter: "a" }],
    ] as const) {
      assert.throws(() => decodePageToken(text, query), /Invalid page token/);
    }
  });
});

describe("prompts in registry searches", () => {
  const search = (text?: string) => hidePrompts(parseFilter(registeredModelLanguage, text));
  const isPrompt = comparison({ kind: "tag", key: "mlflow.prompt.is_prompt" }, "=", "true");
  const isModel: Filter = { kind: "not", operand: isPrompt };

  it("are hidden by default", () => assert.deepEqual(search(), isModel));
  it("show when asked for", () => {
    assert.deepEqual(search("tags.`mlflow.prompt.is_prompt` = 'true'"), isPrompt);
    assert.deepEqual(search("tags.`mlflow.prompt.is_prompt` != 'false'"), isPrompt);
  });
  it("are hidden by the opposite, though models do not carry the tag", () => {
    assert.deepEqual(search("tags.`mlflow.prompt.is_prompt` = 'false'"), isModel);
    assert.deepEqual(search("tags.`mlflow.prompt.is_prompt` != 'true'"), isModel);
  });
});

function comparison(
  field: Extract<Filter, { kind: "comparison" }>["field"],
  operator: Extract<Filter, { kind: "comparison" }>["operator"],
  value: string | number,
): Filter {
  return { kind: "comparison", field, operator, value };
}
