import { post } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import type { DatasetName } from "../scale.ts";
import { RUNS_EXPERIMENT } from "../seed/dataset.ts";
import type { Goal, ServerWorkload } from "../workload.ts";
import { medianOfReads } from "./reads.ts";
import { experimentId, searchRuns } from "./runs.ts";

/** 100 runs by a metric and a param, ordered by a metric: about 5 % of all runs match. */
export const filteredSearches: ServerWorkload[] = [
  filteredSearch("standard", "10,000", [{ kind: "ratio", atLeast: 40 }]),
  filteredSearch("runs-100000", "100,000", [{ kind: "times", row: "search-standard", atMost: 2 }]),
  filteredSearch("runs-1000000", "1,000,000", [{ kind: "times", row: "search-standard", atMost: 5 }]),
];

/** What `mlflow.search_runs` sends when nothing is asked for. */
export const defaultPage: ServerWorkload = {
  name: "search-page",
  dataset: "standard",
  rows: [
    {
      id: "search-page",
      title: "default `search_runs` page of 1,000, median",
      unit: "ms",
      better: "less",
      goals: [{ kind: "ratio", atLeast: 30 }],
    },
  ],
  async prepare(server, scale) {
    const body = searchRuns(await seededRuns(server.port), { max_results: 1000 });
    return medianOfReads("search-page", server.port, scale.seconds, () => post("runs/search", body), 1);
  },
};

/** The search of the mixed load and of this file; `index` varies the param. */
export function filteredSearchBody(experiment: string, index: number): string {
  return searchRuns(experiment, {
    filter: `metrics.m1 > 0.5 and params.p1 = 'x${index % 10}'`,
    order_by: ["metrics.m2 DESC"],
    max_results: 100,
  });
}

/** The id of the experiment that holds the seeded runs. */
export async function seededRuns(port: number): Promise<string> {
  const connection = new Connection(port);
  const experiment = await experimentId(connection, RUNS_EXPERIMENT);
  connection.close();
  return experiment;
}

function filteredSearch(dataset: DatasetName, size: string, goals: Goal[]): ServerWorkload {
  const id = `search-${dataset}`;
  const title = `100 of ${size} runs by a metric and a param, ordered by a metric, median`;
  return {
    name: id,
    dataset,
    oursOnly: dataset !== "standard",
    rows: [{ id, title, unit: "ms", better: "less", goals }],
    async prepare(server, scale) {
      const experiment = await seededRuns(server.port);
      const call = (index: number) => post("runs/search", filteredSearchBody(experiment, index));
      return medianOfReads(id, server.port, scale.seconds, call);
    },
  };
}
