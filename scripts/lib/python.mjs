import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureInstalled, runInstaller } from "./install.mjs";
import { root, SetupError, tools } from "./project.mjs";

const CANDIDATES = ["python3", "python3.12", "python3.11", "python3.13", "python3.10", "python"];
const MINIMUM = [3, 10];
/** MLflow 2.22 needs libraries that have no builds for newer ones. */
const NEWEST_TRIED = [3, 13];

/**
 * Makes sure of a Python with the packages of `conformance/requirements/NAME.txt`, in `.tools/NAME`.
 * @param {string} name such as "mlflow-3.17"
 * @returns {Promise<string>} its program
 */
export async function ensurePython(name) {
  const requirements = join(root, "conformance", "requirements", `${name}.txt`);
  const folder = join(tools, name);
  const python = process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
  const stamp = join(folder, "requirements.sha256");
  const digest = createHash("sha256").update(requirementsText(requirements)).digest("hex");
  await ensureInstalled({
    isReady: () => existsSync(stamp) && readFileSync(stamp, "utf8") === digest && existsSync(python),
    doing: `Installing Python packages of ${name} (a few minutes the first time)`,
    install: async () => {
      if (!existsSync(python)) {
        await runInstaller(findPython(), ["-m", "venv", "--clear", folder], "Remove the folder and try again.");
      }
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements];
      await runInstaller(python, pip, installAdvice(python));
      writeFileSync(stamp, digest);
    },
  });
  return python;
}

/**
 * All that decides what is installed: the file, the files that it names by `-r`, and the manifests of packages of this project's own that
 * it names by `-e`.
 * @param {string} file
 * @returns {string}
 */
function requirementsText(file) {
  const text = readFileSync(file, "utf8");
  const named = [...text.matchAll(/^-([re]) (\S+)/gm)].map(([, option, name = ""]) =>
    option === "r"
      ? requirementsText(join(dirname(file), name))
      : readFileSync(join(root, name, "pyproject.toml"), "utf8"),
  );
  return [text, ...named].join("");
}

/** @param {string} python */
function installAdvice(python) {
  const version = versionOf(python) ?? [];
  if (isAtLeast(NEWEST_TRIED, version)) return "Is the network reachable, and the disk not full?";
  const newest = NEWEST_TRIED.join(".");
  return `Python ${version.join(".")} may be too new for it: with PYTHON naming one between ${MINIMUM.join(".")} and ${newest}, remove ${tools} and try again.`;
}

/** The first suitable Python of this machine; `PYTHON` names another. */
function findPython() {
  const candidates = process.env.PYTHON ? [process.env.PYTHON] : CANDIDATES;
  const found = candidates.flatMap((program) => {
    const version = versionOf(program);
    return version && isAtLeast(version, MINIMUM) ? [{ program, version }] : [];
  });
  const best = found.find(({ version }) => isAtLeast(NEWEST_TRIED, version)) ?? found[0];
  if (!best) {
    throw new SetupError(
      `The tests and the example drive the real mlflow client, which needs Python ${MINIMUM.join(".")} or newer; found none ` +
        `(${candidates.join(", ")}). Install one (Debian and Ubuntu: apt-get install python3 python3-venv), or name it: PYTHON=/path/to/python3.`,
    );
  }
  if (!canMakeEnvironments(best.program)) {
    throw new SetupError(
      `${best.program} ${best.version.join(".")} lacks the venv module. Install it (Debian and Ubuntu: apt-get install python3-venv), ` +
        "or name another Python: PYTHON=/path/to/python3.",
    );
  }
  return best.program;
}

/**
 * @param {string} program
 * @returns {number[] | undefined} such as [3, 11]
 */
function versionOf(program) {
  const version = ask(program, "import sys; print(*sys.version_info[:2])");
  return version?.split(" ").map(Number);
}

/** Debian ships `venv` without `ensurepip`, which it needs. @param {string} program */
function canMakeEnvironments(program) {
  return ask(program, "import venv, ensurepip") !== undefined;
}

/**
 * @param {string} program
 * @param {string} script
 */
function ask(program, script) {
  try {
    return execFileSync(program, ["-c", script], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return undefined;
  }
}

/**
 * @param {number[]} version
 * @param {number[]} minimum
 */
function isAtLeast([major = 0, minor = 0], [minimumMajor = 0, minimumMinor = 0]) {
  return major > minimumMajor || (major === minimumMajor && minor >= minimumMinor);
}
