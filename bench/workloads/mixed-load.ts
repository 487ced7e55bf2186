import { post, send } from "../http/api.ts";
import { drive } from "../measure/drive.ts";
import type { ServerWorkload } from "../workload.ts";
import { metricBody } from "./log-metric.ts";
import { newRuns, searchRuns } from "./runs.ts";
import { filteredSearchBody, seededRuns } from "./search-runs.ts";

const WRITERS = 4;
const SEARCHERS = 2;

/** Writers and searchers side by side: a write must not wait for a search. */
export const mixedLoad: ServerWorkload = {
  name: "mixed-load",
  dataset: "standard",
  rows: [
    {
      id: "mixed-write-longest",
      title: "longest `log-metric` of 4 writers while 2 connections search",
      unit: "ms",
      better: "less",
      goals: [{ kind: "bound", value: 100 }],
    },
    { id: "mixed-write-p99", title: "… p99 of these writes", unit: "ms", better: "less", goals: [] },
    { id: "mixed-write-rate", title: "… writes", unit: "req/s", better: "more", goals: [] },
    {
      id: "mixed-search-p99",
      title: "… p99 of the searches (filtered, and pages of 1,000)",
      unit: "ms",
      better: "less",
      goals: [],
    },
  ],
  async prepare(server, scale) {
    const { port } = server;
    const { seconds } = scale;
    const runs = await newRuns(port, WRITERS);
    const experiment = await seededRuns(port);
    const page = searchRuns(experiment, { max_results: 1000 });
    let written = 0;
    const write = (loop: number) => post("runs/log-metric", metricBody(runs[loop], ++written, 0.5));
    const search = (index: number) =>
      post("runs/search", index % 2 === 0 ? filteredSearchBody(experiment, index) : page);
    return {
      async measure() {
        const [writes, searches] = await Promise.all([
          drive({ port, connections: WRITERS, seconds, step: (each, loop) => send(each, write(loop)) }),
          drive({ port, connections: SEARCHERS, seconds, step: (each, _, index) => send(each, search(index)) }),
        ]);
        return {
          "mixed-write-longest": writes.longest,
          "mixed-write-p99": writes.p99,
          "mixed-write-rate": writes.rate,
          "mixed-search-p99": searches.p99,
        };
      },
    };
  },
};
