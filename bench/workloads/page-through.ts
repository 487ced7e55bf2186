import { ask, post } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import { drive } from "../measure/drive.ts";
import type { ServerWorkload } from "../workload.ts";
import { searchRuns } from "./runs.ts";
import { seededRuns } from "./search-runs.ts";

interface Page {
  runs: { info: { run_name: string } }[];
  next_page_token?: string;
}

/** Every run of the experiment, a page of 1,000 at a time, as `search_runs` fills a data frame. */
export const pageThrough: ServerWorkload = {
  name: "page-through",
  dataset: "standard",
  rows: [
    {
      id: "page-through",
      title: "paging through all 10,000 runs, 1,000 at a time",
      unit: "runs/s",
      better: "more",
      goals: [{ kind: "ratio", atLeast: 30 }],
    },
  ],
  async prepare(server, scale) {
    const experiment = await seededRuns(server.port);
    return {
      async answer() {
        const connection = new Connection(server.port);
        const names: string[] = [];
        await eachPage(connection, experiment, (page) => names.push(...page.runs.map((run) => run.info.run_name)));
        connection.close();
        return names;
      },
      async measure() {
        let pages = 0;
        const { rate } = await drive({
          port: server.port,
          connections: 1,
          seconds: scale.seconds,
          step: (connection) => eachPage(connection, experiment, () => pages++),
        });
        return { "page-through": rate * scale.datasets.standard.runs };
      },
    };
  },
};

async function eachPage(connection: Connection, experiment: string, visit: (page: Page) => unknown): Promise<void> {
  let token: string | undefined;
  do {
    const body = searchRuns(experiment, { max_results: 1000, page_token: token });
    const page = await ask<Page>(connection, post("runs/search", body));
    visit(page);
    token = page.next_page_token;
  } while (token);
}
