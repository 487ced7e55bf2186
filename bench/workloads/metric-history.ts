import { ask, type Call, get, post } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import { HISTORY_EXPERIMENT, HISTORY_METRIC } from "../seed/dataset.ts";
import type { ServerWorkload } from "../workload.ts";
import { medianOfReads } from "./reads.ts";
import { experimentId, searchRuns } from "./runs.ts";

export const historyPage: ServerWorkload = {
  name: "history-page",
  dataset: "standard",
  rows: [
    {
      id: "history-page",
      title: "a page of 25,000 points of one metric's history, median",
      unit: "ms",
      better: "less",
      goals: [{ kind: "ratio", atLeast: 40 }],
    },
  ],
  async prepare(server, scale) {
    const run = await historyRun(server.port);
    const call = get("metrics/get-history", { run_id: run, metric_key: HISTORY_METRIC, max_results: 25_000 });
    return medianOfReads("history-page", server.port, scale.seconds, () => call, 1);
  },
};

/** What MLflow's own UI asks for to draw a chart. */
export const intervalSample: ServerWorkload = {
  name: "interval-sample",
  dataset: "standard",
  rows: [
    {
      id: "interval-sample",
      title: "the UI's 320-point sample of 100,000 points, median",
      unit: "ms",
      better: "less",
      goals: [{ kind: "ratio", atLeast: 20 }],
    },
  ],
  async prepare(server, scale) {
    const query = new URLSearchParams({ run_ids: await historyRun(server.port), metric_key: HISTORY_METRIC });
    const path = `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?${query}&max_results=320`;
    const call: Call = { method: "GET", path };
    return medianOfReads("interval-sample", server.port, scale.seconds, () => call, 1);
  },
};

async function historyRun(port: number): Promise<string> {
  const connection = new Connection(port);
  const body = searchRuns(await experimentId(connection, HISTORY_EXPERIMENT), { max_results: 1 });
  const { runs } = await ask<{ runs: { info: { run_id: string } }[] }>(connection, post("runs/search", body));
  connection.close();
  return runs[0]?.info.run_id ?? "";
}
