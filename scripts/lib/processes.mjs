import { spawn } from "node:child_process";
import { constants } from "node:os";
import { root } from "./project.mjs";

// Each program leads a process group of its own, so that its end is the end of all that it started.
const ownGroup = process.platform !== "win32";

/** @type {Map<import("node:child_process").ChildProcess, NodeJS.Signals>} What runs, and how to end it. */
const running = new Map();

/**
 * @typedef {object} Finished
 * @property {number} code exit code; 128 + the signal's number when a signal ended it, 127 when it could not start
 * @property {string} output what it wrote, standard output and error together
 *
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeout] milliseconds until it is killed with all that it started
 * @property {(text: string) => void} [onOutput]
 */

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Finished>}
 */
export function run(program, args, { cwd = root, env = process.env, timeout = 0, onOutput } = {}) {
  // Nothing of it is worth waiting for, and npm goes on installing for a while when it is only asked to end.
  const child = startTracked(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] }, "SIGKILL");
  let output = "";
  const write = (/** @type {string} */ text) => {
    output += text;
    onOutput?.(text);
  };
  child.stdout?.setEncoding("utf8").on("data", write);
  child.stderr?.setEncoding("utf8").on("data", write);
  const timer = setTimeout(
    () => {
      write(`\nKilled: it took longer than ${timeout / 1000} s.\n`);
      killGroup(child, "SIGKILL");
    },
    timeout || 2 ** 31 - 1,
  );
  return new Promise((resolve) => {
    child.on("error", (error) => write(`${error.message}\n`));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code: exitCode(code, signal), output });
    });
  });
}

/**
 * Starts a program that ends with this command at the latest.
 * @param {string} program
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} options
 * @param {NodeJS.Signals} ending the signal for it and all that it started
 */
export function startTracked(program, args, options, ending) {
  const child = spawn(program, args, { cwd: root, ...options, detached: ownGroup });
  running.set(child, ending);
  child.on("exit", () => running.delete(child));
  child.on("error", () => running.delete(child));
  return child;
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
export function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(ownGroup ? -child.pid : child.pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
  }
}

const SIGNALS = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/**
 * Makes Ctrl-C end everything that this command started, an installation too: their own groups don't hear it from the
 * terminal.
 */
export function endEverythingOnSignals() {
  for (const signal of SIGNALS) process.on(signal, () => process.exit(128 + constants.signals[signal]));
  process.on("exit", () => {
    for (const [child, ending] of running) killGroup(child, ending);
  });
}

/**
 * Hands the terminal to a program until it ends. It hears each signal from here, once: npm and the terminal both send
 * Ctrl-C, and a server may take the second one for "stop without finishing".
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} exit code
 */
export function runInForeground(program, args, env = process.env) {
  const child = spawn(program, args, { cwd: root, env, stdio: "inherit", detached: ownGroup });
  let lastSignal = 0;
  for (const signal of SIGNALS) {
    // From here on it decides when to end, and this command ends after it.
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (Date.now() - lastSignal < 500) return;
      lastSignal = Date.now();
      child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(exitCode(code, signal)));
  });
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  // A program that could not be started "closes" with a negative code.
  if (code !== null) return code < 0 ? 127 : code;
  return 128 + (signal ? constants.signals[signal] : 0);
}
