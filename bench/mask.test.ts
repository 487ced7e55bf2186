import assert from "node:assert/strict";
import { test } from "node:test";
import { firstDifference, mask } from "./mask.ts";

test("ids and times do not count, nor does the order of a run's keyed values", () => {
  const one = {
    info: { run_id: "a", name: "x" },
    params: [
      { key: "b", value: "2" },
      { key: "a", value: "1" },
    ],
  };
  const other = {
    info: { run_id: "b", name: "x" },
    params: [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ],
  };
  assert.equal(firstDifference(mask(one), mask(other)), undefined);
});

test("a different value, a missing field and another order of runs are found, with the path", () => {
  assert.equal(firstDifference({ a: { b: 1 } }, { a: { b: 2 } }), "answer.a.b: 1 against 2");
  assert.equal(firstDifference({ a: 1 }, {}), "answer.a: 1 against undefined");
  assert.equal(
    firstDifference(mask([{ name: "x" }, { name: "y" }]), mask([{ name: "y" }, { name: "x" }])),
    'answer.0.name: "x" against "y"',
  );
});
