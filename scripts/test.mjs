// npm test: every test, in stages. The last line is "N passed, N failed".
import { parseArgs } from "node:util";
import { runCommand } from "./lib/command.mjs";
import { openLog } from "./lib/log.mjs";
import { ensureNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { SetupError, say } from "./lib/project.mjs";
import { runStage } from "./lib/run-stage.mjs";
import { stages } from "./lib/stages.mjs";

const USAGE = `npm test                          every stage
npm test -- --only NAME,…         these stages alone
npm test -- --verbose             show all that the tests write, not only that of failed stages

${stages.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join("\n")}
`;

await runCommand(async () => {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  await ensureNodeModules();
  const node = await ensureNode();
  const results = [];
  for (const stage of options.stages) results.push(await runAndReport(stage, node, options.verbose));
  return report(results);
});

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",");
  const unknown = names?.filter((name) => !stages.some((stage) => stage.name === name)) ?? [];
  if (unknown.length > 0) throw new SetupError(`There is no stage ${unknown.join(", ")}.\n\n${USAGE}`);
  return { ...values, stages: stages.filter((stage) => names?.includes(stage.name) ?? true) };
}

/**
 * @param {import("./lib/stages.mjs").Stage} stage
 * @param {string} node
 * @param {boolean} verbose
 */
async function runAndReport(stage, node, verbose) {
  say(`▶ ${stage.name}: ${stage.about}`);
  const log = openLog(stage.name);
  const result = await runStage(stage, node, (text) => {
    log.write(text);
    if (verbose) process.stdout.write(text);
  });
  const { passed, failed, seconds, trouble } = result;
  if (failed > 0 && !verbose) say(`${log.failures()}\n\nAll that it wrote: ${log.file}`);
  if (trouble) say(`✘ ${stage.name}: ${trouble}`);
  say(`${failed === 0 ? "✔" : "✘"} ${stage.name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(0)} s`);
  return result;
}

/** @param {import("./lib/run-stage.mjs").StageResult[]} results */
function report(results) {
  const row = (/** @type {(string | number)[]} */ [name, ...cells]) =>
    `${String(name).padEnd(16)} ${cells.map((cell) => String(cell).padStart(9)).join("")}\n`;
  process.stdout.write(`\n${row(["stage", "passed", "failed", "skipped", "seconds"])}`);
  for (const { name, passed, failed, skipped, seconds } of results) {
    process.stdout.write(row([name, passed, failed, skipped, seconds.toFixed(1)]));
  }
  const sum = (/** @type {"passed" | "failed"} */ key) => results.reduce((total, result) => total + result[key], 0);
  process.stdout.write(`\n${sum("passed")} passed, ${sum("failed")} failed\n`);
  return sum("failed") === 0 ? 0 : 1;
}
