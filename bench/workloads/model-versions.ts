import { ask, type Call, get, post, send } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import { drive } from "../measure/drive.ts";
import { ALIAS, MODELS, modelName, versionSource } from "../seed/dataset.ts";
import type { ServerWorkload } from "../workload.ts";
import { medianOfReads } from "./reads.ts";
import { askOnce } from "./runs.ts";

const WRITERS = 8;

/** Each connection registers versions of a model of its own, as pipelines do. */
export const createVersion: ServerWorkload = {
  name: "create-version",
  dataset: "standard",
  rows: [
    {
      id: "create-version",
      title: "create model version, 8 connections",
      unit: "req/s",
      better: "more",
      goals: [{ kind: "ratio", atLeast: 30 }],
    },
  ],
  async prepare(server, scale) {
    const names = Array.from({ length: WRITERS }, (_, index) => `written-to-${index}`);
    const connection = new Connection(server.port);
    for (const name of names) await send(connection, post("registered-models/create", JSON.stringify({ name })));
    connection.close();
    return {
      answer: () => askOnce(server.port, newVersion(names[0])),
      async measure() {
        const { rate } = await drive({
          port: server.port,
          connections: WRITERS,
          seconds: scale.seconds,
          step: (each, loop) => send(each, newVersion(names[loop])),
        });
        return { "create-version": rate };
      },
    };
  },
};

/** A tenth of the models match, 1,000 of 10,000 versions; the first 100 are asked for. */
export const searchVersions: ServerWorkload = {
  name: "search-versions",
  dataset: "standard",
  rows: [
    {
      id: "search-versions",
      title: "search 10,000 versions with `LIKE`, 100 of 1,000 that match, median",
      unit: "ms",
      better: "less",
      goals: [{ kind: "ratio", atLeast: 10 }],
    },
  ],
  async prepare(server, scale) {
    const call = (index: number) =>
      get("model-versions/search", { filter: `name LIKE 'model-0${index % 10}%'`, max_results: 100 });
    return medianOfReads("search-versions", server.port, scale.seconds, call);
  },
};

export const getByAlias: ServerWorkload = {
  name: "get-by-alias",
  dataset: "standard",
  rows: [
    {
      id: "get-by-alias",
      title: "get model version by alias, 16 connections",
      unit: "req/s",
      better: "more",
      goals: [{ kind: "ratio", atLeast: 30 }],
    },
  ],
  async prepare(server, scale) {
    const call = (index: number): Call =>
      get("registered-models/alias", { name: modelName(index % MODELS), alias: ALIAS });
    return {
      answer: () => askOnce(server.port, call(7)),
      async measure() {
        const { rate } = await drive({
          port: server.port,
          connections: 16,
          seconds: scale.seconds,
          step: (connection, loop, index) => ask(connection, call(loop * 7 + index)),
        });
        return { "get-by-alias": rate };
      },
    };
  },
};

function newVersion(name: string | undefined): Call {
  return post("model-versions/create", `{"name":"${name}","source":"${versionSource("written-to", 1)}"}`);
}
