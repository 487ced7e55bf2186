import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { OperationContext } from "../core/ops/context.ts";
import type { ImportReport } from "../importers/report.ts";
import { SourceError } from "../importers/source-error.ts";
import type { Config } from "../server/config/config.ts";
import { ConfigError } from "../server/config/settings.ts";
import { openRegistry, openRegistryCopy } from "../server/registry.ts";
import { explainStart } from "./explain.ts";
import { ImportProgress } from "./import-progress.ts";
import { describeReport, type ImportSummary } from "./import-report.ts";

/** Something was not copied; 1 is an import that could not be finished. */
const INCOMPLETE = 3;

/** What the imports of all sources have in common. */
export interface ImportSettings extends Pick<Config, "dataDirectory" | "blobs"> {
  dryRun: boolean;
  reportFile?: string;
}

/** A source that is open: how the report names it, and how it is copied. */
interface ImportSource<Kind extends string> {
  /** Such as `http://model-registry:8080 (v1alpha3)`; without secrets. */
  description: string;
  report: ImportReport<Kind>;
  /** Copies everything; says when more of a kind was handled. Throws `SourceError`. */
  copy(context: OperationContext, onProgress: (kind: Kind) => void): Promise<void>;
}

/** Runs a command; what a person can do something about becomes a sentence. Returns the exit status. */
export async function explainingErrors(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    const explanation = error instanceof SourceError ? error.message : explainStart(error);
    if (explanation === undefined) throw error;
    console.error(`modelregistry: ${explanation}`);
    return 1;
  }
}

/** Copies a source into a data folder, shows how far it is, and reports. Returns the exit status. */
export async function runImport<Kind extends string>(
  { dataDirectory, blobs, dryRun, reportFile }: ImportSettings,
  { description, report, copy }: ImportSource<Kind>,
): Promise<number> {
  const registry = await (dryRun ? openRegistryCopy(dataDirectory) : openRegistry(dataDirectory, { blobs }));
  const startTime = new Date().toISOString();
  const summary: ImportSummary = { source: description, dataDirectory, dryRun, startTime, report };
  const progress = new ImportProgress(process.stderr, report);
  try {
    await copy(registry.context, progress.show.bind(progress));
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

/** Trusts the authorities of a PEM file, beside those that are trusted already. Throws `ConfigError`. */
export function trust(file: string): void {
  try {
    const certificates = readFileSync(file, "utf8");
    new X509Certificate(certificates);
    setDefaultCACertificates([...getCACertificates("default"), certificates]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`--ca-file ${file} is no file of certificates in PEM: ${reason}`);
  }
}
