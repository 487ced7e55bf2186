import { post, send } from "../http/api.ts";
import type { Connection } from "../http/connection.ts";
import { drive } from "../measure/drive.ts";
import { createRun } from "../seed/through-api.ts";
import type { ServerWorkload } from "../workload.ts";
import { DEFAULT_EXPERIMENT, newRuns, readBack } from "./runs.ts";

const CONNECTIONS = 4;
const BATCHES_PER_RUN = 20;
const KEYS = 10;
const STEPS = 100;

/** 1,000 points of 10 metrics, 100 steps each, as a training loop that buffers would send them. */
export const logBatchMetrics: ServerWorkload = {
  name: "log-batch-metrics",
  dataset: "standard",
  rows: [
    {
      id: "log-batch-metrics",
      title: "`log-batch` of 1,000 metrics, 4 connections",
      unit: "batches/s",
      better: "more",
      goals: [{ kind: "ratio", atLeast: 20 }],
    },
  ],
  async prepare(server, scale) {
    const runs = await newRuns(server.port, CONNECTIONS);
    let step = 0;
    const nextBatch = (runId: string | undefined) => {
      step += STEPS;
      return post("runs/log-batch", metricsBody(runId, step));
    };
    return {
      answer: () => readBack(server.port, (connection, runId) => send(connection, nextBatch(runId))),
      async measure() {
        const { rate } = await drive({
          port: server.port,
          connections: CONNECTIONS,
          seconds: scale.seconds,
          step: (connection, loop) => send(connection, nextBatch(runs[loop])),
        });
        return { "log-batch-metrics": rate };
      },
    };
  },
};

/** Params cannot be written twice, so every batch has new keys, and every twentieth a new run. */
export const logBatchParams: ServerWorkload = {
  name: "log-batch-params",
  dataset: "standard",
  rows: [
    {
      id: "log-batch-params",
      title: "`log-batch` of 100 params and 100 tags, 4 connections",
      unit: "batches/s",
      better: "more",
      goals: [{ kind: "ratio", atLeast: 20 }],
    },
  ],
  async prepare(server, scale) {
    const runs = await newRuns(server.port, CONNECTIONS);
    const logBatch = (connection: Connection, runId: string | undefined, batch: number) =>
      send(connection, post("runs/log-batch", paramsBody(runId, batch)));
    return {
      answer: () => readBack(server.port, (connection, runId) => logBatch(connection, runId, 0)),
      async measure() {
        const { rate } = await drive({
          port: server.port,
          connections: CONNECTIONS,
          seconds: scale.seconds,
          async step(connection, loop, index) {
            const batch = index % BATCHES_PER_RUN;
            if (batch === 0) runs[loop] = await createRun(connection, DEFAULT_EXPERIMENT);
            await logBatch(connection, runs[loop], batch);
          },
        });
        return { "log-batch-params": rate };
      },
    };
  },
};

function metricsBody(runId: string | undefined, firstStep: number): string {
  const metrics: string[] = [];
  for (let index = 0; index < KEYS * STEPS; index++) {
    const step = firstStep + Math.floor(index / KEYS);
    const value = (step % 977) / 977;
    metrics.push(
      `{"key":"metric-${index % KEYS}","value":${value},"timestamp":${1_700_000_000_000 + step},"step":${step}}`,
    );
  }
  return `{"run_id":"${runId}","metrics":[${metrics}]}`;
}

function paramsBody(runId: string | undefined, batch: number): string {
  const items = (kind: string) =>
    Array.from({ length: 100 }, (_, index) => `{"key":"${kind}-${batch * 100 + index}","value":"value ${index}"}`);
  return `{"run_id":"${runId}","params":[${items("param")}],"tags":[${items("tag")}]}`;
}
