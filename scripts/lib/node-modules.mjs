import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, runNpm } from "./install.mjs";
import { root, SetupError } from "./project.mjs";

const folder = join(root, "node_modules");

/** Makes node_modules match package-lock.json. */
export function ensureNodeModules() {
  return ensureInstalled({
    isReady: () =>
      isUpToDate(readPackages(join(root, "package-lock.json")), readPackages(join(folder, ".package-lock.json"))),
    doing: "Installing npm packages",
    install: async () => {
      if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
        throw new SetupError(`${folder} is a link and does not match package-lock.json: run npm ci where it points.`);
      }
      // Install scripts of dependencies aren't needed and don't run: what they do for PostgreSQL, the tests do themselves.
      await runNpm(["ci", "--ignore-scripts"], "Is the network reachable, and the disk not full?");
    },
  });
}

/**
 * npm records in node_modules what it put there, as its last step: that is the stamp.
 * @param {Packages} wanted
 * @param {Packages} installed
 */
export function isUpToDate(wanted, installed) {
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    if (path === "") return true;
    // A package for other platforms is optional and absent here.
    return installed[path] ? installed[path].version === version : optional === true;
  });
}

/**
 * @typedef {Record<string, { version?: string, optional?: boolean }>} Packages
 * @param {string} lockfile
 * @returns {Packages}
 */
function readPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, "utf8")).packages;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return {};
    throw error;
  }
}
