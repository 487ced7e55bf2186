// These scripts start before anything is installed: plain JavaScript for Node 20, built-in modules only.
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Where the commands keep what they install beside node_modules. Git ignores it. */
export const tools = fileURLToPath(new URL("../../.tools/", import.meta.url));

/**
 * Tells the person at the terminal what is going on.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** A problem whose message is all that the person needs to read. */
export class SetupError extends Error {}
