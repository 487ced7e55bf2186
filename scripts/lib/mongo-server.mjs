import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ensureInstalled, runInstaller } from "./install.mjs";
import { root, SetupError, tools } from "./project.mjs";

const sources = join(root, "src", "importers", "mongo", "testkit", "server");
const program = join(sources, "TestMongoServer.java");
const folder = join(tools, "mongo-server");
const libraries = join(folder, "lib");
const classes = join(folder, "classes");
const stamp = join(folder, "sources.sha256");

const ADVICE =
  "Is the network reachable, and the disk not full? A MongoDB of yours does as well: MODELREGISTRY_TEST_MONGODB_URL.";

/**
 * Makes sure of the MongoDB that tests run, and of Java, where Debian's packages can be installed.
 * @returns {Promise<string[]>} the arguments for `java`, to which a user and a password are added
 */
export async function ensureMongoServer() {
  if (process.env.MODELREGISTRY_TEST_MONGODB_URL) return [];
  const digest = createHash("sha256");
  for (const file of [join(sources, "pom.xml"), program]) digest.update(readFileSync(file));
  const version = digest.digest("hex");
  await ensureInstalled({
    isReady: () => existsSync(stamp) && readFileSync(stamp, "utf8") === version && has("java"),
    doing: "Installing a MongoDB for the tests",
    install: async () => {
      rmSync(folder, { recursive: true, force: true });
      if (!has("java") || !has("mvn")) await installJava();
      await runInstaller("mvn", mavenArguments(), ADVICE);
      await runInstaller("java", compilerArguments(), ADVICE);
      writeFileSync(stamp, version);
    },
  });
  // Most of its life is its start: a small heap and the quick compiler alone.
  return [
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-cp",
    `${jars()}${delimiter}${classes}`,
    "TestMongoServer",
  ];
}

/** Debian's Maven brings a Java to run with. */
async function installJava() {
  if (!has("apt-get")) {
    throw new SetupError(
      "The tests of the import from MongoDB need Java 17 or newer and Maven. Install both, or name a MongoDB of yours: MODELREGISTRY_TEST_MONGODB_URL.",
    );
  }
  await runInstaller("apt-get", ["update", "-qq"], ADVICE);
  await runInstaller(
    "apt-get",
    ["install", "-qq", "-y", "--no-install-recommends", "maven", "default-jre-headless"],
    ADVICE,
  );
}

function mavenArguments() {
  const copy = ["dependency:copy-dependencies", `-DoutputDirectory=${libraries}`];
  return ["--quiet", "--batch-mode", "--file", join(sources, "pom.xml"), ...copy];
}

/** The compiler is one of the libraries: what Debian's Maven brings is no JDK. */
function compilerArguments() {
  const compiler = readdirSync(libraries).find((name) => name.startsWith("ecj-")) ?? "";
  return ["-jar", join(libraries, compiler), "-17", "-nowarn", "-cp", jars(), "-d", classes, program];
}

function jars() {
  return readdirSync(libraries)
    .map((name) => join(libraries, name))
    .join(delimiter);
}

/** @param {string} command */
function has(command) {
  try {
    execFileSync(command, [command === "java" ? "-version" : "--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
