import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { scenarios } from "./cases/all.ts";
import { compareAnswers } from "./compare.ts";
import { byStep, stepKey, violations } from "./intended.ts";
import { intendedDifferences } from "./intended-differences.ts";
import { Normaliser } from "./normalise.ts";
import { replaceSection } from "./quirks-page.ts";
import type { Answer, Step } from "./types.ts";

const step: Step = { name: "step", method: "GET", path: "runs/get" };
const runId = "00112233445566778899aabbccddeeff";
const otherId = "fedcba9876543210fedcba9876543210";

function json(body: unknown, status = 200): Answer {
  return { status, headers: { "content-type": "application/json" }, text: JSON.stringify(body) };
}

function normaliser(port: number): Normaliser {
  return new Normaliser(`http://127.0.0.1:${port}`, "u1");
}

test("ids, times, names, order of tags and keys, and the server's own address make no difference", () => {
  const official = normaliser(1).normalise(
    step,
    json({ experiment_id: "7", run_id: runId, tags: [{ key: "a" }, { key: "b" }], creation_time: Date.now() }),
  );
  const ours = normaliser(2).normalise(
    step,
    json({
      creation_time: Date.now() - 5000,
      tags: [{ key: "b" }, { key: "a" }],
      run_id: otherId,
      experiment_id: "12",
    }),
  );
  assert.deepEqual(compareAnswers(official, ours), []);
});

test("an id that was seen before is told from a new one", () => {
  const masks = normaliser(1);
  const first = masks.normalise(step, json({ run_id: runId }));
  assert.deepEqual(masks.normalise(step, json({ run_id: runId })), first);
  assert.notDeepEqual(masks.normalise(step, json({ run_id: otherId })), first);
});

test("an experiment's id is masked wherever a message or a URI names it, and nowhere else", () => {
  const masks = normaliser(1);
  masks.normalise(step, json({ experiment_id: "12" }));
  const { body } = masks.normalise(step, json({ message: "Experiment 12 has 12 runs at mlflow-artifacts:/12/x" }, 400));
  assert.deepEqual(body, {
    message: "Experiment (experiment of 'step') has 12 runs at mlflow-artifacts:/(experiment of 'step')/x",
  });
});

test("a Python set is compared without its order", () => {
  const texts = ["{'=', 'LIKE'}", "{'LIKE', '='}"].map(
    (set) => normaliser(1).normalise(step, json({ message: set })).body,
  );
  assert.deepEqual(texts[0], texts[1]);
});

test("a difference names the place and both values", () => {
  const answer = (value: number) => ({
    status: 200,
    type: "application/json",
    headers: {},
    body: { a: [{ b: value }] },
  });
  assert.deepEqual(compareAnswers(answer(1), answer(2)), [{ path: "body.a[0].b", official: 1, ours: 2 }]);
});

test("an intended difference pins our answer", () => {
  const answer = {
    status: 400,
    type: "application/json",
    headers: {},
    body: { error_code: "BAD_REQUEST", message: "no" },
  };
  assert.deepEqual(
    violations({ status: 400, errorCode: "BAD_REQUEST", message: "n", body: { message: "no" } }, answer),
    [],
  );
  assert.equal(
    violations({ status: 404, errorCode: "OTHER", message: "yes", body: { message: "yes" } }, answer).length,
    4,
  );
});

test("step names are unique, and every intended difference names a step", () => {
  const keys = scenarios.flatMap(({ name, steps }) => steps.map((one) => stepKey(name, one.name)));
  assert.equal(new Set(keys).size, keys.length);
  for (const key of byStep(intendedDifferences).keys()) assert.ok(keys.includes(key), key);
});

test("the quirks page is up to date", () => {
  const page = readFileSync(new URL("../../docs/quirks/mlflow.md", import.meta.url), "utf8");
  assert.equal(replaceSection(page, intendedDifferences), page, "run node conformance/differential/write-quirks.ts");
});
