import { stripVTControlCharacters } from "node:util";
import { ensureMongoServer } from "./mongo-server.mjs";
import { environmentWithNode } from "./node.mjs";
import { run } from "./processes.mjs";
import { ensurePython } from "./python.mjs";
import { startOfficialServer, startOurServer, startPostgres, startS3 } from "./servers.mjs";

/**
 * @typedef {object} StageResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} seconds
 * @property {string} [trouble] why the counts alone don't say it: it crashed, or ran nothing
 */

/**
 * Makes ready what a stage needs, runs it and reads what it says at its end.
 * @param {import("./stages.mjs").Stage} stage
 * @param {string} node
 * @param {(text: string) => void} onOutput
 * @returns {Promise<StageResult>}
 */
export async function runStage(stage, node, onOutput) {
  const start = performance.now();
  /** @type {import("./servers.mjs").RunningServer[]} */
  const started = [];
  try {
    const ready = await makeReady(stage, node, started);
    const [program = "", ...args] = stage.command(ready);
    const env = environmentFor(ready);
    const { code, output } = await run(program, args, { env, timeout: stage.minutes * 60_000, onOutput });
    return judge(stage, code, output, start);
  } catch (error) {
    onOutput(`${error instanceof Error ? error.message : error}\n`);
    return judge(stage, 1, "", start);
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}

/**
 * @param {import("./stages.mjs").Stage} stage
 * @param {string} node
 * @param {import("./servers.mjs").RunningServer[]} started filled as they start, so that all are stopped if one fails
 * @returns {Promise<import("./stages.mjs").Ready>}
 */
async function makeReady(stage, node, started) {
  /** @type {import("./stages.mjs").Ready} */
  const ready = { node, python: {}, url: {} };
  for (const name of stage.python ?? []) ready.python[name] = await ensurePython(name);
  const installers = { mongo: ensureMongoServer };
  for (const name of stage.installs ?? []) await installers[name]();
  const starters = {
    ours: () => startOurServer(node),
    "ours on s3": () => startOurServer(node, ready.url.s3),
    official: () => startOfficialServer(ready.python["mlflow-3.17"] ?? ""),
    postgres: () => startPostgres(node),
    s3: () => startS3(node),
  };
  for (const name of stage.servers ?? []) {
    const server = await starters[name]();
    started.push(server);
    ready.url[name] = server.url;
  }
  return ready;
}

/** A server that the person has named is used rather than our own. @param {import("./stages.mjs").Ready} ready */
function environmentFor({ node, url }) {
  return {
    ...(url.postgres && { MODELREGISTRY_TEST_POSTGRES_URL: url.postgres }),
    ...(url.s3 && { MODELREGISTRY_TEST_S3_URL: url.s3 }),
    ...environmentWithNode(node),
  };
}

/**
 * A stage whose program failed without a failed test, or that ran no test, has failed once itself.
 * @param {import("./stages.mjs").Stage} stage
 * @param {number} code
 * @param {string} output
 * @param {number} start
 * @returns {StageResult}
 */
export function judge(stage, code, output, start) {
  const seconds = (performance.now() - start) / 1000;
  // Colours would hide the counts.
  const counts = stage.counts(stripVTControlCharacters(output), code);
  const result = { name: stage.name, passed: 0, skipped: 0, ...counts, failed: counts?.failed || 1, seconds };
  if (!counts) return { ...result, trouble: `it ended with ${code} before it had counted its tests` };
  if (counts.failed > 0) return result;
  if (code !== 0) return { ...result, trouble: `all its tests passed, yet it ended with ${code}` };
  if (counts.passed === 0) return { ...result, trouble: "it ran no test" };
  return { ...result, failed: 0 };
}
