import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled, runInstaller } from "./install.mjs";
import { SetupError, tools } from "./project.mjs";

const MODULE = "github.com/versity/versitygw/cmd/versitygw";
const VERSION = "v1.8.0";

/**
 * Makes sure of an S3 server for tests, built from its Go module.
 * @returns {Promise<string>} its program
 */
export async function ensureVersitygw() {
  const folder = join(tools, `versitygw-${VERSION}`);
  const program = join(folder, process.platform === "win32" ? "versitygw.exe" : "versitygw");
  await ensureInstalled({
    isReady: () => existsSync(program),
    doing: `Building the S3 server versitygw ${VERSION}`,
    install: () => build(folder),
  });
  return program;
}

/** @param {string} folder */
async function build(folder) {
  requireGo();
  const env = { ...process.env, GOBIN: folder };
  const advice = "Is the network reachable, and is Go as new as the message says?";
  await runInstaller("go", ["install", "-trimpath", "-ldflags=-s -w", `${MODULE}@${VERSION}`], advice, env);
}

function requireGo() {
  try {
    execFileSync("go", ["version"], { stdio: "ignore" });
  } catch {
    throw new SetupError(
      "The tests of S3 need a server, which is built with Go, and there is none: install Go (https://go.dev/dl), or name a server of " +
        "yours by MODELREGISTRY_TEST_S3_URL=http://ACCESS_KEY:SECRET_KEY@HOST:PORT.",
    );
  }
}
