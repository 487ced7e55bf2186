import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Condition, Filter } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import {
  artifactFields,
  experimentFields,
  experimentRunFields,
  inferenceServiceFields,
  modelVersionFields,
  registeredModelFields,
  serveModelFields,
  servingEnvironmentFields,
} from "./fields.ts";
import type { FilterFields } from "./filter-fields.ts";
import { InvalidFilterQuery } from "./invalid-filter-query.ts";
import { parseFilterQuery } from "./parser.ts";

type Comparison = Extract<Condition, { kind: "comparison" }>;
type Case = [query: string, filter: Filter];

const attribute = (name: string) => ({ kind: "attribute", name }) as const;
const property = (key: string, ...types: PropertyType[]) => ({ kind: "property", key, types }) as const;
const is = (field: Comparison["field"], operator: Comparison["operator"], value: Comparison["value"]): Filter => ({
  kind: "comparison",
  field,
  operator,
  value,
});
const like = (field: Comparison["field"], value: string, operator: "like" | "ilike" = "like"): Filter => ({
  kind: "comparison",
  field,
  operator,
  value,
  escapes: true,
});
const isIn = (field: Comparison["field"], ...values: (string | number | bigint)[]): Filter => ({
  kind: "in",
  field,
  negated: false,
  values,
});
const isNotIn = (field: Comparison["field"], ...values: (string | number | bigint)[]): Filter => ({
  kind: "in",
  field,
  negated: true,
  values,
});
const presence = (field: Comparison["field"], present: boolean): Filter => ({ kind: "presence", field, present });
const and = (...operands: Filter[]): Filter => ({ kind: "and", operands });
const or = (...operands: Filter[]): Filter => ({ kind: "or", operands });
const not = (operand: Filter): Filter => ({ kind: "not", operand });

const A = is(attribute("name"), "=", "a");
const B = is(property("i", "int", "double"), ">", 5);
const C = is(attribute("owner"), "!=", "c");

function parses(title: string, fields: FilterFields, cases: readonly Case[]): void {
  describe(title, () => {
    for (const [query, filter] of cases) {
      it(query, () => assert.deepEqual(parseFilterQuery(query, fields), filter));
    }
  });
}

parses("operators", registeredModelFields, [
  ["name = 'a'", A],
  ["name='a'", A],
  ["name != 'a'", is(attribute("name"), "!=", "a")],
  ["name <> 'a'", is(attribute("name"), "!=", "a")],
  ["name < 'a'", is(attribute("name"), "<", "a")],
  ["name<='a'", is(attribute("name"), "<=", "a")],
  ["name > 'a'", is(attribute("name"), ">", "a")],
  ["name >='a'", is(attribute("name"), ">=", "a")],
  ["name LIKE 'a%'", like(attribute("name"), "a%")],
  ["name ILIKE 'A%'", like(attribute("name"), "A%", "ilike")],
  ["name IN ('a', 'b')", isIn(attribute("name"), "a", "b")],
  ["name IN ()", isIn(attribute("name"))],
  ["name IN 'a'", isIn(attribute("name"), "a")],
  ["name = ('a')", A],
]);

parses("literals", registeredModelFields, [
  ['name = "a"', A],
  [String.raw`name = 'it\'s \"\\\n'`, is(attribute("name"), "=", String.raw`it's "\\n`)],
  ["name = 'it''s \"\"'", is(attribute("name"), "=", 'it\'s ""')],
  ["name = ''", is(attribute("name"), "=", "")],
  [`name = "'a'"`, is(attribute("name"), "=", "'a'")],
  ["name = 'é\u{1f600}\n'", is(attribute("name"), "=", "é\u{1f600}\n")],
  ["x = 5", is(property("x", "int", "double"), "=", 5)],
  ["x=+5", is(property("x", "int", "double"), "=", 5)],
  ["x>-5", is(property("x", "int", "double"), ">", -5)],
  ["x = 9223372036854775807", is(property("x", "int", "double"), "=", 9223372036854775807n)],
  ["x = .5", is(property("x", "double"), "=", 0.5)],
  ["x = -1.5e-3", is(property("x", "double"), "=", -0.0015)],
  ["x = 5e1", is(property("x", "double"), "=", 50)],
  ["x = 5.0", is(property("x", "double"), "=", 5)],
  ["x = true", is(property("x", "bool"), "=", "true")],
  ["x != FALSE", is(property("x", "bool"), "!=", "false")],
  ["x = '5'", is(property("x", "string"), "=", "5")],
  ["x IN (1, 2.5)", isIn(property("x", "int", "double"), 1, 2.5)],
  ["x IN (1.5, 2.5)", isIn(property("x", "double"), 1.5, 2.5)],
  ["x IN (true)", isIn(property("x", "bool"), "true")],
]);

parses("names", registeredModelFields, [
  ["a.b.c = 'x'", is(property("a.b.c", "string"), "=", "x")],
  ["`my-p` = 'x'", is(property("my-p", "string"), "=", "x")],
  ["`a\\`b\\.c\\\\` = 'x'", is(property("a`b.c\\", "string"), "=", "x")],
  ["a.`b c`.d = 'x'", is(property("a.b c.d", "string"), "=", "x")],
  ["AND = 'x' AND OR = 'y'", and(is(property("AND", "string"), "=", "x"), is(property("OR", "string"), "=", "y"))],
  ["NOT = 'x'", is(property("NOT", "string"), "=", "x")],
  ["NOT.a = 'x'", is(property("NOT.a", "string"), "=", "x")],
  ["NOT IN ('x')", isIn(property("NOT", "string"), "x")],
  ["`NOT` NOT IN ('x')", isNotIn(property("NOT", "string"), "x")],
  ["constructor = 'x'", is(property("constructor", "string"), "=", "x")],
  ["mlflow.alias.champion = '3'", is(attribute("alias.champion"), "=", "3")],
  ["`mlflow.alias.a-b` IS NULL", presence(attribute("alias.a-b"), false)],
  ["mlflow.stage = 'x'", is(property("mlflow.stage", "string"), "=", "x")],
]);

parses("type suffixes", registeredModelFields, [
  ["x.int_value > 4.5", is(property("x", "int"), ">", 4.5)],
  ["x.double_value > 4", is(property("x", "double"), ">", 4)],
  ["x.int_value = '5'", is(property("x", "int"), "=", 5)],
  ["x.double_value = '0.5'", is(property("x", "double"), "=", 0.5)],
  ["x.bool_value = 'True'", is(property("x", "bool"), "=", "true")],
  ["x.string_value LIKE 'a'", like(property("x", "string"), "a")],
  ["a.b.int_value IN (1)", isIn(property("a.b", "int"), 1)],
  ["`my-p.int_value` = 5", is(property("my-p", "int"), "=", 5)],
  ["`my-p`.int_value = 5", is(property("my-p", "int"), "=", 5)],
  ["`x.int_value`.int_value = 5", is(property("x.int_value", "int"), "=", 5)],
  ["int_value = 5", is(property("int_value", "int", "double"), "=", 5)],
  ["name.string_value = 'a'", A],
  ["id.int_value = 5", is(attribute("id"), "=", 5)],
  ["id.string_value = '5'", is(attribute("id"), "=", 5)],
  ["name.int_value = 5", is(property("name", "int"), "=", 5)],
  ["state.string_value = 'LIVE'", isIn(attribute("state"), "active")],
]);

parses("structure", registeredModelFields, [
  ["name = 'a' AND i > 5", and(A, B)],
  ["name = 'a' OR i > 5 AND owner != 'c'", or(A, and(B, C))],
  ["(name = 'a' OR i > 5) AND owner != 'c'", and(or(A, B), C)],
  ["name = 'a' AND i > 5 AND owner != 'c'", and(A, B, C)],
  ["((name = 'a'))", A],
  ["name = 'a' -- OR x\n AND i > 5 --", and(A, B)],
  ["i>5AND name = 'a'", and(B, A)],
  ["\tname\r\n=\f'a' ", A],
]);

parses("NOT and NULL", registeredModelFields, [
  ["NOT name = 'a'", not(A)],
  ["NOT NOT name = 'a'", not(not(A))],
  ["NOT (name = 'a' OR i > 5)", not(or(A, B))],
  ["NOT name = 'a' AND i > 5", and(not(A), B)],
  ["name NOT IN ('a', 'b')", isNotIn(attribute("name"), "a", "b")],
  ["x NOT IN (1, 2)", isNotIn(property("x", "int", "double"), 1, 2)],
  ["owner NOT LIKE 'a%'", and(presence(attribute("owner"), true), not(like(attribute("owner"), "a%")))],
  ["x NOT ILIKE 'a%'", and(presence(property("x", "string"), true), not(like(property("x", "string"), "a%", "ilike")))],
  ["x IS NULL", presence(property("x"), false)],
  ["x.int_value IS NULL", presence(property("x", "int"), false)],
  ["x IS NOT NULL", presence(property("x"), true)],
  ["owner IS NULL", presence(attribute("owner"), false)],
]);

parses("states", modelVersionFields, [
  ["state = 'ARCHIVED'", isIn(attribute("state"), "deleted")],
  ["state != 'ARCHIVED'", isIn(attribute("state"), "active")],
  ["state = 'active'", isIn(attribute("state"))],
  ["state != 'NOPE'", isIn(attribute("state"), "active", "deleted")],
  ["state IN ('LIVE', 'NOPE')", isIn(attribute("state"), "active")],
  ["state NOT IN ('LIVE')", isIn(attribute("state"), "deleted")],
  ["state > 'ARCHIVED'", isIn(attribute("state"), "active")],
  ["state LIKE 'A%VE_'", isIn(attribute("state"), "deleted")],
  ["state LIKE '%V%'", isIn(attribute("state"), "active", "deleted")],
  ["state LIKE '%v%'", isIn(attribute("state"))],
  [String.raw`state LIKE 'L\IV_'`, isIn(attribute("state"), "active")],
  [String.raw`state LIKE 'LIV\_'`, isIn(attribute("state"))],
  ["state LIKE ''", isIn(attribute("state"))],
  ["state ILIKE 'live%'", isIn(attribute("state"), "active")],
  ["state NOT LIKE 'L%'", and(presence(attribute("state"), true), not(isIn(attribute("state"), "active")))],
]);

parses("fields of model versions", modelVersionFields, [
  ["registeredModelId = 1", is(attribute("modelId"), "=", 1)],
  ["registeredModelId IN ('1', 2)", isIn(attribute("modelId"), 1, 2)],
  ["createTimeSinceEpoch >= '1700000000000'", is(attribute("creationTime"), ">=", 1700000000000)],
  ["lastUpdateTimeSinceEpoch < 5.5", is(attribute("lastUpdateTime"), "<", 5.5)],
  ["mlflow.stage = 'Production'", is(attribute("stage"), "=", "Production")],
  ["`mlflow.run_id` IS NOT NULL", presence(attribute("runId"), true)],
  ["owner = 'x'", is(property("owner", "string"), "=", "x")],
]);

parses("fields of artifacts", artifactFields, [
  ["value > 0.5", is(attribute("value"), ">", 0.5)],
  ["value > 0", is(attribute("value"), ">", 0)],
  ["value = '0.1'", is(attribute("text"), "=", "0.1")],
  ["value.string_value LIKE 'a%'", like(attribute("text"), "a%")],
  ["value.double_value < '5'", is(attribute("value"), "<", 5)],
  ["value IN ('a')", isIn(attribute("text"), "a")],
  ["value IS NULL", and(presence(attribute("value"), false), presence(attribute("text"), false))],
  ["value IS NOT NULL", or(presence(attribute("value"), true), presence(attribute("text"), true))],
  ["value NOT LIKE 'a'", and(presence(attribute("text"), true), not(like(attribute("text"), "a")))],
  ["timestamp > 5", is(attribute("timestamp"), ">", 5)],
  ["step = '9999999999'", is(attribute("step"), "=", 9999999999)],
  ["experimentRunId IN ('1','2')", isIn(attribute("runId"), 1, 2)],
  ["artifactType = 'doc-artifact'", isIn(attribute("kind"), "document")],
  ["artifactType NOT IN ('metric', 'parameter')", isIn(attribute("kind"), "model", "document", "dataset")],
  ["state IN ('LIVE', 'PENDING')", isIn(attribute("state"), "LIVE", "PENDING")],
]);

parses("fields of runs", experimentRunFields, [
  ["startTimeSinceEpoch > 50", is(attribute("startTime"), ">", 50)],
  ["endTimeSinceEpoch = '100'", is(attribute("endTime"), "=", 100)],
  ["status IN ('RUNNING')", isIn(attribute("status"), "RUNNING")],
]);

describe("every entity", () => {
  const all = {
    registeredModelFields,
    modelVersionFields,
    experimentFields,
    experimentRunFields,
    servingEnvironmentFields,
    inferenceServiceFields,
    serveModelFields,
    artifactFields,
  };
  for (const [name, fields] of Object.entries(all)) {
    it(`can be asked for what is common: ${name}`, () => {
      assert.deepEqual(
        parseFilterQuery("id = 1 AND name = 'a' AND externalId IS NULL", fields),
        and(is(attribute("id"), "=", 1), A, presence(attribute("externalId"), false)),
      );
    });
  }
});

describe("empty queries", () => {
  for (const query of ["", " ", "\n\t", "-- only a comment"]) {
    it(JSON.stringify(query), () => assert.equal(parseFilterQuery(query, registeredModelFields), undefined));
  }
});

describe("what is refused", () => {
  const cases: [query: string, message: RegExp][] = [
    ["name =", /at character 7: expected a number, true, false or a text in quotes, found the end$/],
    ["name 'a'", /at character 6: expected an operator such as =, LIKE, IN or IS NULL, found 'a'$/],
    ["name === 'a'", /at character 7: expected a number, .* found =$/],
    ["name = a", /at character 8: .* found a$/],
    ["(name = 'a'", /at character 12: expected AND, OR or \), found the end$/],
    ["name = 'a')", /at character 11: expected AND, OR or the end, found \)$/],
    ["name = 'a' and id = 1", /at character 12: .* found and; write AND in capitals$/],
    ["name like 'a'", /at character 6: .* found like; write LIKE in capitals$/],
    ["not name = 'a'", /at character 5: expected an operator .* found name$/],
    ["name NOT = 'a'", /at character 10: expected IN, LIKE or ILIKE, found =$/],
    ["name IS 'a'", /at character 9: expected NULL or NOT NULL, found 'a'$/],
    ["name = 'a' AND", /at character 15: expected the name of a property, found the end$/],
    ["= 'a'", /at character 1: expected the name of a property, found =$/],
    ["a. = 5", /at character 4: expected the name of a property, found =$/],
    [".a = 5", /at character 1: expected the name of a property, found \.$/],
    ["name IN ('a',)", /at character 14: expected a number, .* found \)$/],
    ["name IN ('a' 'b')", /at character 14: expected a comma or \), found 'b'$/],
    ["name = ('a', 'b')", /at character 8: write one value here; lists stand behind IN$/],
    ["name = ()", /at character 8: write one value here/],
    ["name LIKE ('a', 'b')", /at character 11: write one value here/],
    ["my-name = 'a'", /at character 3: unexpected "-"; write names .* in backticks/],
    ["é = 'a'", /at character 1: unexpected "é"/],
    ["name = 'a'; DROP TABLE x", /at character 11: unexpected ";"/],
    ["name = 'a", /at character 8: the text that begins with ' has no end; close it with '$/],
    ['name = "it"s"', /at character 13: the text that begins with " has no end/],
    ["`name = 'a'", /at character 1: the text that begins with ` has no end/],
    ["name = '\0'", /at character 9: remove the NUL character$/],
    ["name = '\ud800'", /not valid Unicode/],
    ["name = 5", /at character 8: compare name with a text in quotes, not with 5$/],
    ["name > true", /compare name with a text in quotes, not with true$/],
    ["state = 5", /compare state with a text in quotes, not with 5$/],
    ["id = 'abc'", /at character 6: compare id with a number, not with 'abc'$/],
    ["id = true", /compare id with a number, not with true$/],
    ["id = ''", /compare id with a number, not with ''$/],
    ["id = ' 5'", /compare id with a number, not with ' 5'$/],
    ["id = '0x5'", /compare id with a number/],
    ["id IN (1, 'a')", /at character 11: compare id with a number, not with 'a'$/],
    ["x IN (1, 'a')", /at character 10: compare x with a number, not with 'a'$/],
    ["x IN (1, '2')", /compare x with a number, not with '2'$/],
    ["x IN ('a', true)", /at character 12: compare x with a text in quotes, not with true$/],
    ["x IN (true, 'true')", /compare x with true or false, not with 'true'$/],
    ["x.int_value = 'abc'", /compare x with a number, not with 'abc'$/],
    ["x.string_value = 5", /compare x with a text in quotes, not with 5$/],
    ["x.bool_value = 1", /compare x with true or false, not with 1$/],
    ["id LIKE '1%'", /compare id with a number, not with '1%'$/],
    ["id LIKE '1'", /at character 9: LIKE and ILIKE compare texts; compare id with = or <$/],
    ["x LIKE 5", /LIKE and ILIKE compare texts/],
    ["x NOT LIKE 5", /LIKE and ILIKE compare texts/],
    ["x.int_value LIKE '5'", /LIKE and ILIKE compare texts/],
    [String.raw`name LIKE 'a\\'`, /at character 11: the pattern ends with a single backslash/],
    ["x = 9223372036854775808", /at character 5: 9223372036854775808 is out of range/],
    ["x = 1e400", /at character 5: 1e400 is out of range/],
    ["x = 5.", /at character 6: expected AND, OR or the end, found \.$/],
    [Array(201).fill("a = 1").join(" AND "), /write at most 200 conditions$/],
    [`${"(".repeat(91)}a = 1${")".repeat(91)}`, /at character 92: nest at most 90 levels/],
    [`${"NOT ".repeat(100_000).slice(0, 49_000)}a = 1`, /nest at most 90 levels/],
    ["(".repeat(49_000), /nest at most 90 levels/],
    ["a".repeat(50_001), /it has 50001 characters; write at most 50000$/],
  ];
  for (const [query, message] of cases) {
    it(JSON.stringify(query).slice(0, 60), () =>
      assert.throws(() => parseFilterQuery(query, registeredModelFields), { name: "InvalidFilterQuery", message }),
    );
  }

  it("says little of what is long", () => {
    for (const query of [`${"a".repeat(40_000)} a`, `id = '${"a".repeat(40_000)}'`, `x = ${"9".repeat(40_000)}`]) {
      assert.throws(
        () => parseFilterQuery(query, registeredModelFields),
        (error: Error) => error instanceof InvalidFilterQuery && error.message.length < 400,
      );
    }
  });

  it("takes as much as stores do", () => {
    const many = parseFilterQuery(Array(200).fill("a = 1").join(" AND "), registeredModelFields);
    assert.equal(many?.kind === "and" && many.operands.length, 200);
    const deep = parseFilterQuery(`${"(a = 1 OR NOT ".repeat(45)}a = 1${")".repeat(45)}`, registeredModelFields);
    assert.equal(deep?.kind, "or");
  });
});
