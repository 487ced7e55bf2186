import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { scenarios } from "./cases/all.ts";
import { byStep } from "./intended.ts";
import { intendedDifferences } from "./intended-differences.ts";
import { describeFailure, describeRequest } from "./report.ts";
import { runScenario, type StepResult } from "./runner.ts";

const USAGE = `Sends the same requests to the official MLflow server and to ours and compares the answers.

  node conformance/differential/main.ts --official URL --ours URL [options]

  --only TEXT    only scenarios whose name contains TEXT
  --record FILE  write every request and both answers, masked, as JSON lines
  --self         both URLs are official servers: no difference is meant, so that the masks are tested
`;

const { values: options } = parseArgs({
  options: {
    official: { type: "string" },
    ours: { type: "string" },
    only: { type: "string", default: "" },
    record: { type: "string" },
    self: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help || !options.official || !options.ours) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}

const servers = { official: options.official, ours: options.ours };
const chosen = scenarios.filter((scenario) => scenario.name.includes(options.only));
const intended = byStep(options.self ? [] : intendedDifferences);
const run = Date.now().toString(36);
const results: StepResult[] = [];
for (const [index, scenario] of chosen.entries()) {
  const stepResults = await runScenario(scenario, servers, `u${run}x${index}`, intended);
  for (const result of stepResults) if (result.verdict === "failed") console.log(`${describeFailure(result)}\n`);
  results.push(...stepResults);
}

const unknown =
  options.only === "" ? [...intended.keys()].filter((key) => !results.some((result) => result.key === key)) : [];
for (const key of unknown) console.log(`✗ ${key}\n    listed as an intended difference, but there is no such step\n`);

if (options.record) await writeFile(options.record, results.map((result) => `${recordLine(result)}\n`).join(""));

const count = (verdict: StepResult["verdict"]) => results.filter((result) => result.verdict === verdict).length;
const failed = count("failed") + unknown.length;
console.log(
  `${results.length} requests in ${chosen.length} scenarios: ${count("same")} the same, ${count("intended")} meant to differ`,
);
console.log(`${results.length + unknown.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function recordLine({ key, step, official, ours, verdict }: StepResult): string {
  return JSON.stringify({ key, verdict, request: describeRequest(step), official, ours });
}
