import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { run } from "./processes.mjs";
import { SetupError, say, tools } from "./project.mjs";

const lockFile = join(tools, "install.lock");

/**
 * Installs something unless it is there. Two commands that start at once don't install into each other: the second
 * waits, then finds the first one's work.
 * @param {object} step
 * @param {() => boolean} step.isReady cheap: asked at the start of every command
 * @param {string} step.doing the line to show, such as "Installing npm packages"
 * @param {() => Promise<void>} step.install
 */
export async function ensureInstalled({ isReady, doing, install }) {
  if (isReady()) return;
  const release = await takeLock();
  try {
    if (isReady()) return;
    const start = Date.now();
    say(`${doing} …`);
    await install();
    say(`${doing}: done in ${Math.ceil((Date.now() - start) / 1000)} s`);
  } finally {
    release();
  }
}

/**
 * Runs one program of an installation; its output is shown only if it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {string} advice what the person can do about a failure
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function runInstaller(program, args, advice, env = process.env) {
  const { code, output } = await run(program, args, { env });
  if (code !== 0) throw new SetupError(`${output.trimEnd()}\n\n${program} ended with ${code}. ${advice}`);
}

/**
 * @param {string[]} args
 * @param {string} advice
 */
export function runNpm(args, advice) {
  return runInstaller("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], advice);
}

async function takeLock() {
  mkdirSync(tools, { recursive: true });
  let told = false;
  while (!tryToCreate(lockFile)) {
    if (isAbandoned(lockFile)) {
      removeAbandoned();
    } else if (!told) {
      say(`Waiting for another command that is installing (${lockFile}) …`);
      told = true;
    }
    await wait(100);
  }
  return () => rmSync(lockFile, { force: true });
}

/** @param {string} file */
function tryToCreate(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/** @param {string} file */
function isAbandoned(file) {
  try {
    const owner = Number(readFileSync(file, "utf8"));
    // An empty file: its owner is between creating and writing it, unless it ended just there.
    if (!owner) return Date.now() - statSync(file).mtimeMs > 5_000;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/** Only one of several waiting commands may clear the way, or it could remove the next owner's lock. */
function removeAbandoned() {
  const guard = `${lockFile}.guard`;
  if (!tryToCreate(guard)) {
    if (isAbandoned(guard)) rmSync(guard, { force: true });
    return;
  }
  try {
    if (isAbandoned(lockFile)) rmSync(lockFile, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}
