import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

/** Folders whose imports have directions; the rules are in .dependency-cruiser.mjs. */
const rooms = ["src", "conformance", "bench", "scripts"].filter((folder) => existsSync(join(root, folder)));

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string[]} command a program of node_modules/.bin and its arguments
 * @property {string} advice what to do when it fails
 */

/** @type {Check[]} What `npm run check` runs, quickest to mend first. */
export const checks = [
  {
    name: "lint and format",
    command: ["biome", "check", "--error-on-warnings", "."],
    advice: "npx biome check --write . mends most of it",
  },
  { name: "types", command: ["tsc"], advice: "mend the files above" },
  {
    name: "types of the client in browsers",
    command: ["tsc", "--project", "src/client/tsconfig.browser.json"],
    advice: "browsers lack what Node adds: see src/client/tsconfig.browser.json",
  },
  {
    name: "import directions",
    command: ["depcruise", "--output-type", "err-long", ...rooms],
    advice: "the rules and their reasons are in .dependency-cruiser.mjs",
  },
  {
    name: "unused code and dependencies",
    command: ["knip", "--no-config-hints"],
    advice: "remove what nothing uses; entry points are listed in knip.json",
  },
];
