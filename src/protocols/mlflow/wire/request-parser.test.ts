import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compileRequestParser } from "./request-parser.ts";
import { double, enumeration, int64, list, message, optional, string } from "./types.ts";

describe("requests", () => {
  const parse = compileRequestParser(
    message({
      run_id: string(),
      values: optional(list(double())),
      step: optional(int64()),
      status: optional(enumeration({ RUNNING: 1, FINISHED: 3 })),
    }),
  );
  const refused = (source: Record<string, unknown>, message: RegExp) =>
    assert.throws(() => parse(source), { errorCode: "INVALID_PARAMETER_VALUE", message });

  it("are read leniently: names in either case, numbers as text, enums by number, unknown fields", () => {
    assert.deepEqual(
      parse({
        runId: "r",
        values: ["NaN", "-Infinity", "1e3", 2n ** 60n],
        step: "-9223372036854775808",
        status: 3,
        x: 1,
      }),
      { run_id: "r", values: [Number.NaN, -Infinity, 1000, 2 ** 60], step: -(2n ** 63n), status: "FINISHED" },
    );
    assert.deepEqual(parse({ run_id: "r", values: null }), { run_id: "r" });
  });

  it("are refused by the name of the field that is wrong", () => {
    refused({}, /^Missing value for required parameter 'run_id'\./);
    refused({ run_id: "" }, /^Missing value for required parameter 'run_id'\./);
    refused({ run_id: "r", runId: "r" }, /^Request specifies both 'run_id' and 'runId'; provide only one of them\.$/);
    refused({ run_id: 5 }, /^Invalid value 5 for parameter 'run_id' supplied: {2}Hint: Value was of type 'int'\./);
    refused({ run_id: "r", values: [1, "x"] }, /^Invalid value "x" for parameter 'values\[1\]'/);
    refused({ run_id: "r", step: 1.5 }, /'step' supplied: {2}Hint: Value was of type 'float'\./);
    refused({ run_id: "r", step: 2n ** 63n }, /^Invalid value 9223372036854775808 for parameter 'step'/);
    refused({ run_id: "r", status: "DONE" }, /It must be one of RUNNING, FINISHED\./);
  });

  it("are refused where a text is not one that every database can keep", () => {
    refused({ run_id: "a\ud800" }, /^The text of 'run_id' has half a surrogate pair/);
    refused({ run_id: "a\0b" }, /^The text of 'run_id' has a NUL character/);
  });

  it("are refused with what they held, however deep and long", () => {
    refused({ run_id: { a: [2n ** 60n] } }, /^Invalid value \{"a":\[1152921504606846976\]\} for parameter 'run_id'/);
    refused({ run_id: ["x".repeat(10_000)] }, /^Invalid value \["x{198}… for parameter 'run_id'/);
  });
});
