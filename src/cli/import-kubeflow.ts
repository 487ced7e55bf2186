import { resolve } from "node:path";
import { importFromKubeflow } from "../importers/kubeflow/import.ts";
import { IMPORT_KINDS } from "../importers/kubeflow/kinds.ts";
import { KubeflowSource } from "../importers/kubeflow/source.ts";
import { ImportReport } from "../importers/report.ts";
import { ConfigError } from "../server/config/settings.ts";
import { LOCATION_FLAGS, parseFlags, readLocation } from "./flags.ts";
import { explainingErrors, type ImportSettings, runImport, trust } from "./import-run.ts";

interface Settings extends ImportSettings {
  from: string;
  token?: string;
  sourceName?: string;
}

/** `modelregistry import kubeflow`: copies a running Kubeflow model registry into a data folder. Returns the exit status. */
export function importKubeflow(argv: readonly string[]): Promise<number> {
  return explainingErrors(() => run(readSettings(argv, process.env)));
}

async function run({ from, token, sourceName, ...settings }: Settings): Promise<number> {
  const source = await KubeflowSource.open(from, token);
  const report = new ImportReport(IMPORT_KINDS);
  return runImport(settings, {
    description: `${source.url} (${source.version})`,
    report,
    copy: (context, onProgress) =>
      importFromKubeflow(context, source, { sourceName: sourceName ?? source.url, report, onProgress }),
  });
}

const FLAGS = {
  from: { type: "string" },
  ...LOCATION_FLAGS,
  token: { type: "string" },
  "ca-file": { type: "string" },
  "source-name": { type: "string" },
  report: { type: "string" },
  "dry-run": { type: "boolean", default: false },
} as const;

function readSettings(argv: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const flags = parseFlags(argv, FLAGS);
  if (!flags.from)
    throw new ConfigError(
      "--from is missing: give the address of the registry to copy, such as http://model-registry:8080",
    );
  if (flags["ca-file"] !== undefined) trust(flags["ca-file"]);
  const token = flags.token ?? environment.MODEL_REGISTRY_TOKEN;
  return {
    from: flags.from,
    ...readLocation(flags),
    dryRun: flags["dry-run"],
    ...(token && { token }),
    ...(flags["source-name"] && { sourceName: flags["source-name"] }),
    ...(flags.report && { reportFile: resolve(flags.report) }),
  };
}
