import { startServer } from "../server/compose.ts";
import { type Config, type ProtocolName, readConfig } from "../server/config/config.ts";
import { readEnvironment } from "../server/config/settings.ts";
import { version } from "../server/version.ts";
import { explainStart } from "./explain.ts";

/** Starts the server and runs until a signal ends it. Returns the exit status. */
export async function serve(argv: readonly string[]): Promise<number> {
  try {
    const config = readConfig(argv, readEnvironment(process.env, process.cwd()));
    const server = await startServer(config);
    console.log(banner(server.url, config));
    await new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
    });
    await server.close();
    return 0;
  } catch (error) {
    const explanation = explain(error);
    if (explanation === undefined) throw error;
    console.error(`modelregistry: ${explanation}`);
    return 1;
  }
}

const HOW_TO_REACH: Readonly<Record<ProtocolName, (url: string) => string>> = {
  mlflow: (url) => `  MLflow       export MLFLOW_TRACKING_URI=${url}`,
  kubeflow: (url) => `  Kubeflow     ${url}/api/model_registry/v1`,
  binary: (url) => `  model files  ${url}/api/v1/models`,
};

function banner(url: string, { host, dataDirectory, protocols, blobs }: Config): string {
  const lines = [
    `modelregistry ${version}`,
    `  address      ${url}`,
    `  data folder  ${dataDirectory}`,
    ...(blobs.kind === "s3" ? [`  files        s3://${blobs.settings.bucket}/${blobs.settings.prefix}`] : []),
    ...protocols.map((protocol) => HOW_TO_REACH[protocol](url)),
  ];
  if (!isLoopback(host)) {
    lines.push(`  warning      ${host} is reachable from other machines, and this server asks nobody for a password`);
  }
  return lines.join("\n");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** What a person can do something about, in a sentence. */
function explain(error: unknown): string | undefined {
  const explanation = explainStart(error);
  if (explanation !== undefined) return explanation;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const address = "address" in error && "port" in error ? `${error.address}:${error.port}` : "The address";
  switch (error.code) {
    case "EADDRINUSE":
      return `${address} is taken by another program. Stop that one, or give another port with --port.`;
    case "EACCES":
      return `${address} may not be used by this user. Give a port above 1023 with --port.`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `This machine has no address ${address}. Give one of its own with --host.`;
    default:
      return undefined;
  }
}
