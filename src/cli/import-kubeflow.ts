import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { parseArgs } from "node:util";
import { SourceError } from "../importers/kubeflow/http.ts";
import { importFromKubeflow } from "../importers/kubeflow/import.ts";
import { ImportReport } from "../importers/kubeflow/report.ts";
import { KubeflowSource } from "../importers/kubeflow/source.ts";
import { ConfigError, readConfig } from "../server/config/config.ts";
import { openRegistry, openRegistryCopy } from "../server/registry.ts";
import { explainStart } from "./explain.ts";
import { ImportProgress } from "./import-progress.ts";
import { describeReport, type ImportSummary } from "./import-report.ts";

/** Something was not copied; 1 is an import that could not be finished. */
const INCOMPLETE = 3;

interface Settings {
  from: string;
  dataDirectory: string;
  dryRun: boolean;
  token?: string;
  sourceName?: string;
  reportFile?: string;
}

/** `modelregistry import kubeflow`: copies a running Kubeflow model registry into a data folder. Returns the exit status. */
export async function importKubeflow(argv: readonly string[]): Promise<number> {
  try {
    return await run(readSettings(argv, process.env));
  } catch (error) {
    const explanation = error instanceof SourceError ? error.message : explainStart(error);
    if (explanation === undefined) throw error;
    console.error(`modelregistry: ${explanation}`);
    return 1;
  }
}

async function run({ from, dataDirectory, dryRun, token, sourceName, reportFile }: Settings): Promise<number> {
  const source = await KubeflowSource.open(from, token);
  const registry = await (dryRun ? openRegistryCopy(dataDirectory) : openRegistry(dataDirectory));
  const report = new ImportReport();
  const summary: ImportSummary = {
    source: source.url,
    apiVersion: source.version,
    dataDirectory,
    dryRun,
    startTime: new Date().toISOString(),
    report,
  };
  const progress = new ImportProgress(process.stderr, report);
  try {
    const onProgress = progress.show.bind(progress);
    await importFromKubeflow(registry.context, source, { sourceName: sourceName ?? source.url, report, onProgress });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    summary.error = error.message;
  } finally {
    progress.finish();
    await registry.close();
  }
  return finish(summary, reportFile);
}

function finish(summary: ImportSummary, reportFile: string | undefined): number {
  const { report, error, dryRun } = summary;
  console.log(describeReport(summary));
  if (reportFile !== undefined) writeReport(summary, reportFile);
  const goOn = dryRun ? "" : " What was copied stays: run the same command again to go on.";
  if (error !== undefined) throw new SourceError(error + goOn);
  return report.complete ? 0 : INCOMPLETE;
}

function writeReport(summary: ImportSummary, file: string): void {
  try {
    writeFileSync(file, `${JSON.stringify({ ...summary, endTime: new Date().toISOString() }, null, 2)}\n`);
  } catch (error) {
    throw new ConfigError(`--report ${file} can't be written: ${error instanceof Error ? error.message : error}`);
  }
}

const FLAGS = {
  from: { type: "string" },
  data: { type: "string" },
  token: { type: "string" },
  "ca-file": { type: "string" },
  "source-name": { type: "string" },
  report: { type: "string" },
  "dry-run": { type: "boolean", default: false },
} as const;

function readSettings(argv: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const flags = parseFlags(argv);
  if (!flags.from)
    throw new ConfigError(
      "--from is missing: give the address of the registry to copy, such as http://model-registry:8080",
    );
  if (flags["ca-file"] !== undefined) trust(flags["ca-file"]);
  const token = flags.token ?? environment.MODEL_REGISTRY_TOKEN;
  return {
    from: flags.from,
    dataDirectory: readConfig(flags.data === undefined ? [] : ["--data", flags.data], environment).dataDirectory,
    dryRun: flags["dry-run"],
    ...(token && { token }),
    ...(flags["source-name"] && { sourceName: flags["source-name"] }),
    ...(flags.report && { reportFile: resolve(flags.report) }),
  };
}

function parseFlags(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: FLAGS }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

/** Trusts the authorities of a PEM file, beside those that are trusted already. */
function trust(file: string): void {
  try {
    const certificates = readFileSync(file, "utf8");
    new X509Certificate(certificates);
    setDefaultCACertificates([...getCACertificates("default"), certificates]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`--ca-file ${file} is no file of certificates in PEM: ${reason}`);
  }
}
