import { execFileSync } from "node:child_process";
import { ensureInstalled, runInstaller } from "./install.mjs";

const PROGRAMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * Makes sure of a browser for tests: Chromium of this machine, or else the one that apt installs where this user may.
 * @returns {Promise<string | undefined>} its program; undefined where there is none to be had
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found !== undefined || !mayInstall()) return found;
  const advice = "Is the network reachable, and the disk not full?";
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await ensureInstalled({
    isReady: () => findChromium() !== undefined,
    doing: "Installing Chromium",
    install: async () => {
      await runInstaller("apt-get", ["update", "-qq"], advice, env);
      await runInstaller("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "chromium"], advice, env);
    },
  });
  return findChromium();
}

function findChromium() {
  return PROGRAMS.find((program) => answers(program, "--version"));
}

function mayInstall() {
  return process.getuid?.() === 0 && answers("apt-get", "--version");
}

/**
 * @param {string} program
 * @param {string} argument
 */
function answers(program, argument) {
  try {
    execFileSync(program, [argument], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
