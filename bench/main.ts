import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOptions, USAGE } from "./options.ts";
import { report } from "./report.ts";
import { Runner } from "./runner.ts";

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}

const options = readOptions(args);
const folder = mkdtempSync(join(tmpdir(), "modelregistry-bench-"));
// At exit, not after the work: an interrupt or a failure must not leave gigabytes behind.
process.on("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const runner = new Runner(options, folder);
await runner.run();
const page = report(options.workloads, runner.results, ["node bench/main.ts", ...args].join(" "));
console.log(`\n${page}`);
if (options.writeResults) writeFileSync(join(import.meta.dirname, "results.md"), page);
process.exit(runner.results.complaints.length > 0 ? 1 : 0);
