import { bareLoop } from "../contestants/bare-loop.ts";
import { post, send } from "../http/api.ts";
import { drive } from "../measure/drive.ts";
import type { ServerWorkload } from "../workload.ts";
import { newRuns, readBack } from "./runs.ts";

const CONNECTIONS = 16;

export const logMetric: ServerWorkload = {
  name: "log-metric",
  dataset: "standard",
  guests: [bareLoop],
  rows: [
    {
      id: "log-metric",
      title: "`log-metric`, 16 connections, durable",
      unit: "req/s",
      better: "more",
      goals: [
        { kind: "ratio", atLeast: 100 },
        { kind: "share", of: bareLoop.name, atLeast: 0.5 },
      ],
    },
  ],
  async prepare(server, scale) {
    const runs = await newRuns(server.port, CONNECTIONS);
    let step = 0;
    return {
      answer: () =>
        readBack(server.port, async (connection, runId) => {
          for (const [at, value] of [0.5, 0.25, 0.125].entries()) {
            await send(connection, post("runs/log-metric", metricBody(runId, at, value)));
          }
        }),
      async measure() {
        const { rate } = await drive({
          port: server.port,
          connections: CONNECTIONS,
          seconds: scale.seconds,
          step: (connection, loop) =>
            send(connection, post("runs/log-metric", metricBody(runs[loop], ++step, step / 7))),
        });
        return { "log-metric": rate };
      },
    };
  },
};

/** A point as the client sends it: each at a step of its own, for servers drop exact duplicates. */
export function metricBody(runId: string | undefined, step: number, value: number): string {
  return `{"run_uuid":"${runId}","run_id":"${runId}","key":"loss","value":${value},"timestamp":1700000000000,"step":${step}}`;
}
