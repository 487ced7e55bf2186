import { existsSync } from "node:fs";
import { join } from "node:path";
import { diskUsage } from "../measure/disk-usage.ts";
import { seedOfficial } from "../seed/official.ts";
import type { Contestant } from "./contestant.ts";

const PROJECT = join(import.meta.dirname, "../..");
const ENVIRONMENT = join(PROJECT, ".tools/mlflow-3.17");
const QUIET = { MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true" };

/** What a user gets who types `mlflow server`. */
export const officialAsShipped: Contestant = official("official as shipped", [], {});

const FAIR = {
  PYTHONPATH: join(import.meta.dirname, "nodelay"),
  MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
};

/**
 * The same code without two accidents of its packaging: TCP_NODELAY is set on its sockets (without it every answer on
 * a kept connection waits 40 ms for a delayed ACK), and the job runners that no workload here uses stay off. Where
 * starting and idling are measured, with one worker instead of four.
 */
export const officialFair: Contestant = {
  ...official("official fair", [], FAIR),
  smallest: official("official fair", ["--workers", "1"], FAIR),
};

function official(name: string, options: string[], env: NodeJS.ProcessEnv): Contestant {
  return {
    name,
    complete: true,
    command(folder, port) {
      requireInstalled();
      const store = ["--backend-store-uri", `sqlite:///${folder}/mlflow.db`];
      const artifacts = ["--artifacts-destination", join(folder, "artifacts")];
      const address = ["--host", "127.0.0.1", "--port", String(port)];
      return {
        file: join(ENVIRONMENT, "bin/mlflow"),
        args: ["server", ...store, ...artifacts, ...address, ...options],
        env: { ...QUIET, ...env },
      };
    },
    seedFolder(folder, dataset) {
      requireInstalled();
      return seedOfficial(join(ENVIRONMENT, "bin/python"), folder, dataset);
    },
    installedBytes: async () => diskUsage(join(ENVIRONMENT, "lib")),
  };
}

function requireInstalled(): void {
  if (!existsSync(join(ENVIRONMENT, "bin/mlflow"))) {
    throw new Error(`the official server is missing: python3 -m venv ${ENVIRONMENT}, then pip install mlflow there`);
  }
}
