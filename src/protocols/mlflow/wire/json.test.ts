import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseJson, toJson } from "../../../core/json.ts";
import { parsePythonJson } from "./json.ts";

describe("JSON on the wire", () => {
  it("keeps 64-bit integers exact, wherever they stand", () => {
    const integer = 9_007_199_254_740_993n;
    assert.equal(parseJson("9007199254740993"), integer);
    assert.deepEqual(parseJson('{"a":9007199254740993,"b":[-9007199254740993, 9007199254740993]}'), {
      a: integer,
      b: [-integer, integer],
    });
    assert.deepEqual(parseJson('[9007199254740993.0,1e20,0.1234567890123456789,"9007199254740993"]'), [
      9007199254740992,
      1e20,
      0.12345678901234568,
      "9007199254740993",
    ]);
  });

  it("reads what it wrote", () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, min: -1e15, max: 1e15 }).filter((value) => !Object.is(value, -0)),
      fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
    );
    fc.assert(
      fc.property(fc.array(fc.record({ a: number, b: fc.string() }, { noNullPrototype: true })), (value) => {
        assert.deepEqual(parseJson(toJson(value)), value);
      }),
    );
  });

  it("reads Python's constants outside strings alone", () => {
    assert.deepEqual(parsePythonJson('{"a":NaN,"b":[-Infinity,Infinity],"NaN":"x\\"NaN, NaN"}'), {
      a: "NaN",
      b: ["-Infinity", "Infinity"],
      NaN: 'x"NaN, NaN',
    });
    assert.throws(() => parsePythonJson('{"a":NaN'));
    assert.throws(() => parsePythonJson("{a:1}"));
  });
});
