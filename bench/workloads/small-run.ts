import { post, send } from "../http/api.ts";
import type { Connection } from "../http/connection.ts";
import { drive } from "../measure/drive.ts";
import { createRun } from "../seed/through-api.ts";
import type { ServerWorkload } from "../workload.ts";
import { DEFAULT_EXPERIMENT, readBack } from "./runs.ts";

const params = JSON.stringify(Array.from({ length: 20 }, (_, index) => ({ key: `param-${index}`, value: `${index}` })));
const metrics = JSON.stringify(
  Array.from({ length: 20 }, (_, index) => ({ key: `metric-${index}`, value: index / 20, timestamp: 1, step: 0 })),
);

/** What a short training script does: four calls, one after the other. */
export const smallRun: ServerWorkload = {
  name: "small-run",
  dataset: "standard",
  rows: [
    {
      id: "small-run",
      title: "a whole small run (create, 20 params, 20 metrics, finish), 8 connections",
      unit: "runs/s",
      better: "more",
      goals: [{ kind: "ratio", atLeast: 40 }],
    },
  ],
  async prepare(server, scale) {
    return {
      answer: () => readBack(server.port, fillAndFinish),
      async measure() {
        const { rate } = await drive({
          port: server.port,
          connections: 8,
          seconds: scale.seconds,
          async step(connection) {
            await fillAndFinish(connection, await createRun(connection, DEFAULT_EXPERIMENT, { run_name: "small" }));
          },
        });
        return { "small-run": rate };
      },
    };
  },
};

async function fillAndFinish(connection: Connection, runId: string): Promise<void> {
  await send(connection, post("runs/log-batch", `{"run_id":"${runId}","params":${params}}`));
  await send(connection, post("runs/log-batch", `{"run_id":"${runId}","metrics":${metrics}}`));
  await send(connection, post("runs/update", `{"run_id":"${runId}","status":"FINISHED","end_time":2}`));
}
