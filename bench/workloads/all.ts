import type { Workload } from "../workload.ts";
import { coldStart } from "./cold-start.ts";
import { installedSize } from "./installed-size.ts";
import { kubeflowWorkloads } from "./kubeflow.ts";
import { logBatchMetrics, logBatchParams } from "./log-batch.ts";
import { logMetric } from "./log-metric.ts";
import { historyPage, intervalSample } from "./metric-history.ts";
import { mixedLoad } from "./mixed-load.ts";
import { createVersion, getByAlias, searchVersions } from "./model-versions.ts";
import { pageThrough } from "./page-through.ts";
import { defaultPage, filteredSearches } from "./search-runs.ts";
import { smallRun } from "./small-run.ts";
import { transfer } from "./transfer.ts";

/** Every workload, in the order of the result table. */
export const WORKLOADS: readonly Workload[] = [
  logMetric,
  logBatchMetrics,
  logBatchParams,
  smallRun,
  ...filteredSearches,
  defaultPage,
  pageThrough,
  historyPage,
  intervalSample,
  createVersion,
  searchVersions,
  getByAlias,
  ...kubeflowWorkloads,
  mixedLoad,
  transfer,
  coldStart,
  installedSize,
];
