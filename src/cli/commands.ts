#!/usr/bin/env node
import { version } from "../server/version.ts";
import { serve } from "./serve.ts";

const HELP = `modelregistry ${version}: a model registry server for MLflow and Kubeflow clients

Usage: modelregistry serve [flags]

  --host HOST             address to listen on (127.0.0.1)
  --port PORT             port, 0 for any free one (5000)
  --data DIR              folder of the records and the files (data)
  --allowed-hosts LIST    public names this server may be called by, with commas between; * for any
  --allowed-origins LIST  sites whose pages may change things here, such as https://ui.example.org
  --log-level LEVEL       debug, info, warn, error or silent (warn)

  Each flag can be an environment variable instead: MODELREGISTRY_HOST, MODELREGISTRY_ALLOWED_HOSTS, …

  --help                  this text
  --version               the version
`;

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  if (argv.includes("--version")) {
    console.log(version);
    return 0;
  }
  if (command === "serve") return serve(rest);
  console.error(command === undefined ? HELP : `modelregistry: there is no command '${command}'. Try --help.`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
