import type { Dataset } from "./seed/dataset.ts";

export type DatasetName = "standard" | "kubeflow" | "runs-100000" | "runs-1000000";

/** How much is measured, and for how long. */
export interface Scale {
  rounds: number;
  /** Measured seconds of each workload on each contestant in each round. */
  seconds: number;
  datasets: Record<DatasetName, Dataset>;
  transferBytes: number;
  /** Milliseconds after the first answer at which idle memory is read. */
  idleAfter: number;
}

const MEBIBYTE = 1024 * 1024;

/** The sizes that the goals are written for. */
export const FULL: Scale = {
  rounds: 3,
  seconds: 3,
  datasets: {
    kubeflow: { runs: 0, historyPoints: 0, versions: 0 },
    standard: { runs: 10_000, historyPoints: 100_000, versions: 10_000 },
    "runs-100000": { runs: 100_000, historyPoints: 0, versions: 0 },
    "runs-1000000": { runs: 1_000_000, historyPoints: 0, versions: 0 },
  },
  transferBytes: 1024 * MEBIBYTE,
  idleAfter: 3000,
};

/** Small data and one short round: shows that everything runs and that the answers agree, and no more. */
export const SHORT: Scale = {
  rounds: 1,
  seconds: 0.5,
  datasets: {
    kubeflow: { runs: 0, historyPoints: 0, versions: 0 },
    standard: { runs: 300, historyPoints: 3000, versions: 400 },
    "runs-100000": { runs: 600, historyPoints: 0, versions: 0 },
    "runs-1000000": { runs: 900, historyPoints: 0, versions: 0 },
  },
  transferBytes: 16 * MEBIBYTE,
  idleAfter: 200,
};
